/** Language, light and dark, elder mode, sound. */
import { useShowing, useWords } from '../app-context.ts';
import { Choice } from '../parts/Field.tsx';

export function DisplaySection({ till }: { readonly till: boolean }) {
  const { settings } = useShowing();
  const words = useWords().shell.me;
  const { language, theme, elder, sound } = settings.value.value;
  return (
    <section class="card me-section" aria-labelledby="display">
      <h2 id="display">{words.display}</h2>
      <Choice
        label={words.language}
        value={language}
        options={[
          ['auto', words.languageAuto],
          ['zh-CN', '中文'],
          ['en', 'English'],
        ]}
        onChange={(value) => settings.change({ language: value })}
      />
      <Choice
        label={words.elder}
        value={elder}
        options={[
          ['off', words.elderOff],
          ['large', words.elderLarge],
          ['largest', words.elderLargest],
        ]}
        onChange={(value) => settings.change({ elder: value })}
      />
      <Choice
        label={words.theme}
        value={theme}
        options={[
          ['auto', words.themeAuto],
          ['light', words.themeLight],
          ['dark', words.themeDark],
        ]}
        onChange={(value) => settings.change({ theme: value })}
      />
      <Choice
        label={words.sound}
        value={(sound ?? till) ? 'on' : 'off'}
        options={[
          ['off', words.soundOff],
          ['on', words.soundOn],
        ]}
        onChange={(value) => settings.change({ sound: value === 'on' })}
      />
    </section>
  );
}

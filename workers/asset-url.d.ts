/** The bundler's asset addresses. vite/client would bring the page's globals along. */
declare module '*?url' {
  const url: string;
  export default url;
}

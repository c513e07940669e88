/** Loaded into the server by `npm start`: a server whose starter was killed ends as if it had been asked to. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

package io.dynamodblake.job;

import io.dynamodblake.job.text.Terminal;

/** Says something on stderr if the process is told to stop meanwhile, as by Ctrl-C. */
final class StopNotice implements AutoCloseable {
  private final Thread hook;

  StopNotice(Terminal terminal, String text) {
    hook =
        new Thread(
            () -> {
              terminal.err().println();
              terminal.err().println(text);
              terminal.err().flush();
            },
            "stop-notice");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is stopping, and the hook says so
      return;
    }
  }
}

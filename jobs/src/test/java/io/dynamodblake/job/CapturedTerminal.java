package io.dynamodblake.job;

import io.dynamodblake.job.text.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the program in this process and keeps what it prints. */
public final class CapturedTerminal {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;

  public CapturedTerminal() {
    this(100);
  }

  CapturedTerminal(int width) {
    terminal =
        new Terminal(
            Terminal.PROGRAM,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            width);
  }

  int run(String... args) {
    return run(RunWatch.Times.REAL, args);
  }

  int run(RunWatch.Times times, String... args) {
    out.reset();
    err.reset();
    return Main.run(args, terminal, times);
  }

  public Terminal terminal() {
    return terminal;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}

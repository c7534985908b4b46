package io.dynamodblake.job.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command writes: results on {@code out}, everything else on {@code err}.
 *
 * @param program what to type to call this program, for examples
 * @param interactive true if a person looks at it; false in pipes, schedulers and tests
 * @param color true if escape sequences for bold and colours are understood
 * @param width columns
 */
public record Terminal(
    String program,
    PrintStream out,
    PrintStream err,
    boolean interactive,
    boolean color,
    int width) {
  /** What the program is called. */
  public static final String PROGRAM = "dynamodb-lake";

  /** How the launcher was called, such as {@code bin/dynamodb-lake}. */
  private static final String PROGRAM_VARIABLE = "DYNAMODB_LAKE_PROGRAM";

  private static final int USUAL_WIDTH = 100;
  private static final int SMALLEST_WIDTH = 40;

  /**
   * Returns the terminal of this process. The text is UTF-8 whatever the locale says: names of
   * attributes are.
   */
  public static Terminal ofProcess(Map<String, String> environment) {
    boolean interactive = System.console() != null;
    boolean color = interactive && !environment.containsKey("NO_COLOR");
    return new Terminal(
        environment.getOrDefault(PROGRAM_VARIABLE, PROGRAM),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        interactive,
        color,
        width(environment));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int width(Map<String, String> environment) {
    try {
      return Math.max(
          SMALLEST_WIDTH, Integer.parseInt(environment.getOrDefault("COLUMNS", "").strip()));
    } catch (NumberFormatException e) {
      return USUAL_WIDTH;
    }
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String red(String text) {
    return styled("31", text);
  }

  private String styled(String code, String text) {
    return color ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}

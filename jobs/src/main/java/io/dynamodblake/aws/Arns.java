package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the ARNs of DynamoDB say. */
public final class Arns {
  private static final Pattern TABLE =
      Pattern.compile("arn:[a-z-]+:dynamodb:([a-z0-9-]+):\\d{12}:table/([A-Za-z0-9_.-]+)(/.*)?");
  private static final String SCHEME = "dynamodb://";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

  private Arns() {}

  /** Returns the region of an ARN; empty for anything else. */
  public static Optional<String> region(String text) {
    String[] parts = text.split(":", 5);
    return text.startsWith("arn:") && parts.length == 5 && !parts[3].isEmpty()
        ? Optional.of(parts[3])
        : Optional.empty();
  }

  /** Returns what stands behind the last slash, which is the export's or import's own name. */
  public static String id(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /**
   * Returns the name of the table that an ARN of a table, export or import names; else the text
   * itself.
   */
  public static String tableName(String text) {
    Matcher matcher = TABLE.matcher(text);
    return matcher.matches() ? matcher.group(2) : text;
  }

  /** How messages call the table of a name or an ARN. */
  static String named(String table) {
    return "table " + tableName(table);
  }

  /**
   * Returns the table that stands where others have a path.
   *
   * @return name of {@code dynamodb://NAME}, or an ARN as it is; empty for a path
   * @throws UsageException if it is meant to be a table and is none
   */
  public static Optional<String> liveTable(String place) {
    boolean scheme = place.startsWith(SCHEME);
    if (!scheme && !place.startsWith("arn:")) {
      return Optional.empty();
    }
    String table = scheme ? place.substring(SCHEME.length()) : place;
    if (!isTable(table)) {
      throw new UsageException(
          "Cannot use "
              + AwsErrors.shortened(place)
              + ": a live table is dynamodb://NAME, or the ARN of a table");
    }
    return Optional.of(table);
  }

  /**
   * Checks what a user called a table.
   *
   * @throws UsageException if it can be neither name nor ARN
   */
  public static String checkedTable(String text) {
    if (!isTable(text)) {
      throw new UsageException(
          "Cannot use table '%s': it is neither the name of a DynamoDB table nor its ARN"
              .formatted(text));
    }
    return text;
  }

  private static boolean isTable(String text) {
    Matcher arn = TABLE.matcher(text);
    return NAME.matcher(text).matches() || (arn.matches() && arn.group(3) == null);
  }
}

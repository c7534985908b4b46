package io.dynamodblake.bench;

/**
 * One line of the table, as Markdown.
 *
 * @param verdict whether the target is met; empty where there is none
 */
record Line(
    String what,
    String ours,
    String other,
    String clockRatio,
    String processorRatio,
    String target,
    String verdict) {
  static final String HEADER =
      """
      | what | dynamodb-lake: clock; processor | the other: clock; processor | clock ratio | processor ratio | target | |
      |---|---|---|---|---|---|---|
      """;

  /** A line that is no comparison. */
  static Line of(String what, String ours, String target, boolean met) {
    return new Line(what, ours, "", "", "", target, verdict(met));
  }

  static Line failed(String what, String reason) {
    return new Line(what, "failed: " + reason, "", "", "", "", "**failed**");
  }

  static String verdict(boolean met) {
    return met ? "met" : "**missed**";
  }

  String markdown() {
    return "| "
        + String.join(
            " | ",
            cell(what),
            cell(ours),
            cell(other),
            cell(clockRatio),
            cell(processorRatio),
            cell(target),
            cell(verdict))
        + " |\n";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}

package io.dynamodblake.job.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A table of text that fits a terminal: columns are as wide as their content, the widest ones give
 * way, and what does not fit is continued on the next line of its cell. Widths count what a
 * terminal shows, so names in any script stay aligned.
 */
public final class TextTable {

  /** How a column stands, and whether it gives way when the terminal is narrow. */
  public enum Column {
    LEFT,
    RIGHT,
    FLEXIBLE
  }

  private static final String GAP = "  ";
  private static final int SMALLEST = 10;

  private final List<String> headings;
  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(List<String> headings, List<Column> columns) {
    this.headings = List.copyOf(headings);
    this.columns = List.copyOf(columns);
  }

  public void add(String... cells) {
    rows.add(Arrays.stream(cells).map(TextTable::printable).toList());
  }

  public int size() {
    return rows.size();
  }

  /**
   * Returns the lines, the headings first; {@code style} is put around the line of the headings.
   */
  public List<String> lines(int width, UnaryOperator<String> style) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>();
    line(headings, widths).forEach(line -> lines.add(style.apply(line)));
    rows.forEach(row -> lines.addAll(line(row, widths)));
    return lines;
  }

  private int[] widths(int width) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = width(headings.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    int excess = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - width;
    for (; excess > 0; excess--) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (columns.get(i) == Column.FLEXIBLE && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0 || widths[widest] <= SMALLEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private List<String> line(List<String> cells, int[] widths) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < cells.size(); i++) {
      List<String> parts = wrap(cells.get(i), widths[i]);
      wrapped.add(parts);
      height = Math.max(height, parts.size());
    }
    List<String> lines = new ArrayList<>();
    for (int h = 0; h < height; h++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < cells.size(); i++) {
        String part = h < wrapped.get(i).size() ? wrapped.get(i).get(h) : "";
        String space = " ".repeat(Math.max(0, widths[i] - width(part)));
        line.append(i == 0 ? "" : GAP)
            .append(columns.get(i) == Column.RIGHT ? space + part : part + space);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Breaks at spaces where it can; what continues is indented like its begin. */
  private static List<String> wrap(String text, int width) {
    if (width(text) <= width) {
      return List.of(text);
    }
    String indent = " ".repeat(Math.min(text.length() - text.stripLeading().length(), width / 2));
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (width(rest) > width) {
      int end = fitting(rest, width);
      int space = rest.lastIndexOf(' ', end);
      int cut = space > indent.length() && space > end / 3 ? space : end;
      parts.add(rest.substring(0, cut).stripTrailing());
      rest = indent + rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  /** How many chars of the text fit, at least one character. */
  private static int fitting(String text, int width) {
    int used = 0;
    int i = 0;
    while (i < text.length()) {
      int character = text.codePointAt(i);
      used += width(character);
      if (used > width && i > 0) {
        return i;
      }
      i += Character.charCount(character);
    }
    return i;
  }

  /** Counts the columns that a terminal needs for the text. */
  public static int width(String text) {
    return text.codePoints().map(TextTable::width).sum();
  }

  private static int width(int character) {
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        character >= 0x1100 && character <= 0x115f
            || character >= 0x2e80 && character <= 0xa4cf && character != 0x303f
            || character >= 0xac00 && character <= 0xd7a3
            || character >= 0xf900 && character <= 0xfaff
            || character >= 0xfe30 && character <= 0xfe6f
            || character >= 0xff00 && character <= 0xff60
            || character >= 0xffe0 && character <= 0xffe6
            || character >= 0x1f300 && character <= 0x1f64f
            || character >= 0x1f680 && character <= 0x1f9ff
            || character >= 0x20000 && character <= 0x3fffd;
    return wide ? 2 : 1;
  }

  /**
   * Returns the text without anything a terminal would obey: names in an export are made by
   * strangers.
   */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              int type = Character.getType(character);
              boolean obeyed =
                  Character.isISOControl(character)
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              if (obeyed) {
                printable.append(String.format("\\u%04x", character));
              } else {
                printable.appendCodePoint(character);
              }
            });
    return printable.toString();
  }
}

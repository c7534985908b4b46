package io.dynamodblake.conf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts that options are written in. What cannot be read is an {@link IllegalArgumentException}
 * that says what can.
 */
final class Values {
  /** Stands before each of several values that came apart; no shell can give it. */
  static final String APART = "\0";

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18})\\s*(b|kb?|kib|mb?|mib|gb?|gib|tb?|tib)?");

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|min|h|d)");

  private Values() {}

  /** Bytes. As everywhere in Spark, {@code 1KB} is 1024 bytes. */
  static long size(String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a size; write bytes, or a whole number with KB, MB, GB or TB, such as 256MB");
    }
    String unit = matcher.group(2);
    int shift =
        unit == null
            ? 0
            : switch (unit.charAt(0)) {
              case 'k' -> 10;
              case 'm' -> 20;
              case 'g' -> 30;
              case 't' -> 40;
              default -> 0;
            };
    long number = Long.parseLong(matcher.group(1));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is more than can be counted");
    }
    return number << shift;
  }

  /** A time span, such as {@code 90m}. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time span; write a whole number with s, m, h or d, such as 90m");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofMinutes(number);
    };
  }

  static long count(String text) {
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
    }
  }

  static boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  static String choice(String text, List<String> choices) {
    for (String choice : choices) {
      if (choice.equalsIgnoreCase(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not one of " + String.join(", ", choices));
  }

  static List<String> list(String text) {
    if (text.startsWith(APART)) {
      return List.of(text.substring(APART.length()).split(APART, -1));
    }
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && (depth <= 0 || i == text.length())) {
        String part = text.substring(start, i).strip();
        if (part.isEmpty()) {
          throw new IllegalArgumentException("'" + text + "' has an empty part between its commas");
        }
        parts.add(part);
        start = i + 1;
      }
    }
    return List.copyOf(parts);
  }
}

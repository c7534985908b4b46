package io.dynamodblake.job.text;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them; the same in every locale. */
public final class Quantities {
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

  private Quantities() {}

  /** Writes a number like {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Writes a number of things like {@code 1 item}, {@code 1,234 items}. */
  public static String count(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /**
   * Writes a number of bytes like {@code 512 B}, {@code 1.5 KB}, {@code 340 MB}; 1 KB is 1024 B.
   */
  public static String bytes(long bytes) {
    int unit = 0;
    double number = (double) bytes;
    // 999.5 would be printed as 1000
    while (number >= 999.5 && unit < UNITS.length - 1) {
      number /= 1024;
      unit++;
    }
    String digits =
        unit == 0 || number >= 99.95
            ? String.format(Locale.ROOT, "%.0f", number)
            : String.format(Locale.ROOT, "%.1f", number);
    return digits + " " + UNITS[unit];
  }

  /**
   * Writes a share like {@code 100%}, {@code 12.3%}, {@code <0.1%}; a part that is not the whole is
   * never rounded to it.
   */
  public static String share(long part, long whole) {
    if (whole == 0 || part == 0) {
      return "0%";
    }
    if (part == whole) {
      return "100%";
    }
    double percent = 100.0 * part / whole;
    if (percent < 0.1) {
      return "<0.1%";
    }
    return String.format(Locale.ROOT, "%.1f%%", Math.min(99.9, percent));
  }

  /** Writes a time like {@code 0.8 s}, {@code 12 s}, {@code 3:05 min}, {@code 2:03:00 h}. */
  public static String time(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
    }
    return String.format(
        Locale.ROOT, "%d:%02d:%02d h", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /**
   * Writes how long ago something is, in full units: {@code 12 min}, {@code 26 h}, {@code 12 d}.
   * What is yet to come is no time ago.
   */
  public static String age(Duration duration) {
    if (duration.toHours() >= 48) {
      return count(duration.toDays()) + " d";
    }
    return duration.toMinutes() >= 120
        ? duration.toHours() + " h"
        : Math.max(0, duration.toMinutes()) + " min";
  }

  /**
   * Writes capacity units, of which halves count while there are few: {@code 0.5}, {@code 1,250}.
   */
  public static String units(double units) {
    return units >= 100 || units == Math.rint(units)
        ? count(Math.round(units))
        : String.format(Locale.ROOT, "%.1f", units);
  }
}

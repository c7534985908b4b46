package io.dynamodblake.job;

import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.UsageException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many items may be deleted at most: a number, or a share of the items that the table has.
 *
 * @param number of items, or percent of them
 */
record DeleteLimit(BigDecimal number, boolean percent) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:_\\d+)*(?:\\.\\d{1,9})?)\\s*(%?)");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /**
   * Reads what the user wrote.
   *
   * @throws UsageException if it is neither a whole number nor a share of at most 100 percent
   */
  static DeleteLimit parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      BigDecimal number = new BigDecimal(matcher.group(1).replace("_", ""));
      boolean percent = !matcher.group(2).isEmpty();
      boolean sound =
          percent ? number.compareTo(HUNDRED) <= 0 : number.stripTrailingZeros().scale() <= 0;
      if (sound) {
        return new DeleteLimit(number, percent);
      }
    }
    throw new UsageException(
        "Cannot read --"
            + LoadKeys.MAX_DELETES.key()
            + ": write a whole number of items, or a share of those in the table of at most 100%, such as 2.5%");
  }

  /** Whether so many of so many items may be deleted. */
  boolean allows(long deletes, long items) {
    return percent
        ? BigDecimal.valueOf(deletes)
                .multiply(HUNDRED)
                .compareTo(number.multiply(BigDecimal.valueOf(items)))
            <= 0
        : BigDecimal.valueOf(deletes).compareTo(number) <= 0;
  }

  @Override
  public String toString() {
    return number.toPlainString() + (percent ? "%" : "");
  }
}

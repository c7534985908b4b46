package io.dynamodblake.testing;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * {@link RandomItems} as DynamoDB would store them, so that they must survive every way there and
 * back: with a key {@code pk} of their own and an attribute {@code part} to partition by, without
 * empty names, no number twice in a set. Every eighth has a value at the edge of what is allowed.
 */
public final class StorableItems {
  private static final String DIGITS_38 = "12345678901234567890123456789012345678";

  private static final String[] EDGES = {
    number("9.9999999999999999999999999999999999999E+125"),
    number("-9.9999999999999999999999999999999999999E+125"),
    number("1E-130"),
    number("-1E-130"),
    number("1E125"),
    number("-0.0"),
    number(DIGITS_38),
    number("-" + DIGITS_38),
    number("0." + DIGITS_38),
    number(DIGITS_38.substring(0, 19) + "." + DIGITS_38.substring(19)),
    number(DIGITS_38 + "0".repeat(80)),
    "{\"NS\":[\"1E-130\",\"-1E+125\",\"0\",\"" + DIGITS_38 + "\"]}",
    "{\"S\":\"\\u0000\\u007f\\uffff\\ud83d\\ude00\\u2028\"}",
    "{\"S\":\"" + "long ".repeat(4_000) + "\"}",
    "{\"S\":\"{\\\"S\\\":\\\"looks like DynamoDB JSON\\\"}\"}",
    "{\"S\":\"null\"}",
    "{\"SS\":[\"\",\" \",\"  \"]}",
    "{\"BS\":[\"\",\"AA==\",\"AAA=\"]}",
    "{\"B\":\"" + "AAAA".repeat(1_000) + "\"}",
    "{\"M\":{\"__proto__\":{\"NULL\":true},\"a.b[0]['c']\":{\"L\":[]},\"*\":{\"M\":{}}}}",
    "{\"L\":[{\"NULL\":true},{\"L\":[]},{\"M\":{}},{\"S\":\"\"},{\"BOOL\":false}]}",
    // 30 levels below the attribute and its value
    "{\"L\":[".repeat(15)
        + "{\"M\":{\"m\":".repeat(15)
        + "{\"N\":\"1\"}"
        + "}}".repeat(15)
        + "]}".repeat(15),
  };

  /** Values of {@code part}; what partition paths have to escape, and what is no string. */
  private static final String[] PARTS = {
    "{\"S\":\"\"}",
    "{\"S\":\"__HIVE_DEFAULT_PARTITION__\"}",
    "{\"S\":\"a/b %20=\\\" é\"}",
    "{\"S\":\"007\"}",
    "{\"S\":\" \"}",
    "{\"N\":\"7\"}",
    "{\"NULL\":true}",
  };

  private StorableItems() {}

  /**
   * Lines of an export. The same seed gives the same ones.
   *
   * @param legal rendered in any legal way, and not only as DynamoDB does
   */
  public static List<String> lines(long seed, int count, boolean legal)
      throws MalformedRecordException {
    RandomItems items = legal ? RandomItems.any(seed) : RandomItems.plain(seed);
    Random random = new Random(~seed);
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      String line = items.line().strip();
      ItemTape tape = Tapes.ofLine(line);
      if (!storable(tape, tape.item(), true)) {
        continue;
      }
      StringBuilder attributes = new StringBuilder();
      if (tape.childCount(tape.item()) > 0) {
        attributes.append(',');
      }
      attributes.append("\"pk\":{\"S\":\"k").append(lines.size()).append("\"}");
      if (random.nextInt(4) > 0) {
        attributes.append(",\"part\":").append(PARTS[random.nextInt(PARTS.length)]);
      }
      if (random.nextInt(8) == 0) {
        attributes.append(",\"edge\":").append(EDGES[random.nextInt(EDGES.length)]);
      }
      // the item is the last member of the line
      String open = line.substring(0, line.length() - 1).strip();
      lines.add(open.substring(0, open.length() - 1) + attributes + "}}");
    }
    return lines;
  }

  private static String number(String digits) {
    return "{\"N\":\"" + digits + "\"}";
  }

  private static boolean storable(ItemTape tape, int container, boolean top) {
    Descriptor descriptor = tape.descriptor(container);
    Set<BigDecimal> numbers = new HashSet<>();
    int child = tape.firstChild(container);
    for (int i = tape.childCount(container); i > 0; i--, child = tape.next(child)) {
      if (descriptor == Descriptor.M
          && (tape.name(child).isEmpty() || (top && tape.name(child).equals("pk")))) {
        return false;
      }
      if (descriptor == Descriptor.NS) {
        String text =
            new String(
                tape.valueBytes(child),
                tape.valueStart(child),
                tape.valueEnd(child) - tape.valueStart(child),
                StandardCharsets.UTF_8);
        if (!numbers.add(new BigDecimal(text).stripTrailingZeros())) {
          return false;
        }
      }
      boolean nested =
          descriptor == Descriptor.L || descriptor == Descriptor.M
              ? switch (tape.descriptor(child)) {
                case L, M, NS -> true;
                default -> false;
              }
              : false;
      if (nested && !storable(tape, child, false)) {
        return false;
      }
    }
    return true;
  }
}

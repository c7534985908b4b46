package io.dynamodblake.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the name of an attribute says about whether its numbers are moments. */
final class TimeNames {
  /** What a name says. */
  enum Hint {
    TIME,
    NO_TIME,
    NOTHING
  }

  private static final Set<String> UNITS =
      Set.of("ms", "millis", "milliseconds", "s", "sec", "secs", "seconds", "us", "micros", "utc");

  /** At the end of a name. */
  private static final Set<String> MOMENTS =
      Set.of(
          "at",
          "on",
          "time",
          "timestamp",
          "ts",
          "date",
          "datetime",
          "day",
          "epoch",
          "unix",
          "ttl",
          "expires",
          "expiry",
          "expiration",
          "expire",
          "created",
          "updated",
          "modified",
          "deleted",
          "changed",
          "since",
          "until",
          "when",
          "moment",
          "seen",
          "login",
          "birthday",
          "due");

  /** Anywhere in a name. */
  private static final Set<String> PARTS =
      Set.of(
          "time",
          "timestamp",
          "date",
          "datetime",
          "epoch",
          "created",
          "updated",
          "modified",
          "expires");

  /** Numbers that count, or name something. */
  private static final Set<String> COUNTERS =
      Set.of(
          "id",
          "ids",
          "uid",
          "no",
          "nr",
          "num",
          "number",
          "seq",
          "sequence",
          "serial",
          "order",
          "invoice",
          "count",
          "counter",
          "phone",
          "tel",
          "mobile",
          "fax",
          "zip",
          "isbn",
          "ean",
          "gtin",
          "upc",
          "sku",
          "code",
          "ref",
          "reference",
          "account",
          "key",
          "hash",
          "version",
          "revision",
          "rev",
          "price",
          "amount",
          "total",
          "sum",
          "qty",
          "quantity",
          "size",
          "bytes",
          "by",
          "user",
          "customer",
          "ticket",
          "token",
          "offset",
          "position",
          "balance",
          "value");

  private TimeNames() {}

  static Hint of(String attribute) {
    List<String> words = words(attribute);
    while (words.size() > 1 && UNITS.contains(words.get(words.size() - 1))) {
      words.remove(words.size() - 1);
    }
    if (words.isEmpty()) {
      return Hint.NOTHING;
    }
    String last = words.get(words.size() - 1);
    if (MOMENTS.contains(last) || endsAsMoment(last)) {
      return Hint.TIME;
    }
    if (words.stream().anyMatch(COUNTERS::contains)) {
      return Hint.NO_TIME;
    }
    return words.stream().anyMatch(PARTS::contains) ? Hint.TIME : Hint.NOTHING;
  }

  /** Words that were written as one, such as createdat. */
  private static boolean endsAsMoment(String word) {
    return word.endsWith("timestamp")
        || word.endsWith("datetime")
        || word.endsWith("edat")
        || word.endsWith("eddate")
        || word.endsWith("edtime")
        || word.equals("expiresat")
        || word.equals("lastmodified");
  }

  /** The words of a name, in lower case: of {@code createdAt_ms}, created, at and ms. */
  static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    for (String part : name.split("[^\\p{L}]+")) {
      for (String word : part.split("(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})")) {
        if (!word.isEmpty()) {
          words.add(word.toLowerCase(Locale.ROOT));
        }
      }
    }
    return words;
  }
}

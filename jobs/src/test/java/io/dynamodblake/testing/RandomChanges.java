package io.dynamodblake.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random change records of incremental exports, with any images, members in any order, and items as
 * {@link RandomItems} makes them. The same seed gives the same records.
 */
public final class RandomChanges {
  private static final String[] KEYS = {
    "\"key\":{\"S\":\"CUST#9\"}",
    "\"key\":{\"N\":\"12.5\"}",
    "\"key\":{\"B\":\"AAE=\"},\"range\":{\"S\":\"\u00fc\"}",
    "\"key\":{\"S\":\"\\u0061\\n\"},\"ran\\u0067e\":{\"N\":\"1E+100\"}"
  };

  private final Random random;
  private final RandomItems items;
  private final boolean plain;
  private long time;

  private RandomChanges(long seed, RandomItems items, boolean plain) {
    this.random = new Random(seed);
    this.items = items;
    this.plain = plain;
  }

  /** Records rendered in any legal way. */
  public static RandomChanges any(long seed) {
    return new RandomChanges(seed, RandomItems.any(seed), false);
  }

  /** Records rendered as DynamoDB renders them. */
  public static RandomChanges plain(long seed) {
    return new RandomChanges(seed, RandomItems.plain(seed), true);
  }

  /** A line of an incremental export. */
  public String line() {
    String key = KEYS[random.nextInt(KEYS.length)];
    List<String> members = new ArrayList<>();
    time =
        plain || random.nextInt(4) > 0
            ? Math.abs(random.nextLong() % 100_000_000_000_000_000L)
            : -1;
    if (time >= 0) {
      members.add("\"Metadata\":{\"WriteTimestampMicros\":" + form(time) + "}");
    } else if (random.nextBoolean()) {
      members.add("\"Metadata\":{\"Other\":[1,{\"a\":null}]}");
    }
    members.add("\"Keys\":{" + key + "}");
    if (random.nextInt(3) > 0) {
      members.add("\"NewImage\":" + items.attributes(key));
    }
    if (random.nextInt(3) > 0) {
      members.add("\"OldImage\":" + items.attributes(key));
    }
    if (!plain) {
      if (random.nextInt(8) == 0) {
        members.add("\"Other\":-1.5e3");
      }
      Collections.shuffle(members, random);
    }
    return "{" + String.join(plain ? "," : " ,\t", members) + "}";
  }

  private String form(long micros) {
    return switch (plain ? 0 : random.nextInt(3)) {
      case 0 -> "{\"N\":\"" + micros + "\"}";
      case 1 -> "\"" + micros + "\"";
      default -> Long.toString(micros);
    };
  }

  /** The time of the last line in microseconds; -1 if it has none. */
  public long time() {
    return time;
  }
}

package io.dynamodblake.testing;

import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import java.util.List;
import java.util.stream.Stream;

/** Profiles of items given as DynamoDB JSON. */
public final class Profiles {
  private Profiles() {}

  /** Items such as {@code {"pk":{"S":"x"}}}, without the line around them. */
  public static Profile ofItems(String... items) {
    return ofItems(ProfileLimits.DEFAULT, items);
  }

  public static Profile ofItems(ProfileLimits limits, String... items) {
    return ofLines(limits, Stream.of(items).map(item -> "{\"Item\":" + item + "}").toList());
  }

  public static Profile ofLines(ProfileLimits limits, List<String> lines) {
    ItemObserver observer = new ItemObserver(limits);
    try {
      for (String line : lines) {
        observer.observe(Tapes.ofLine(line), line.length());
      }
    } catch (MalformedRecordException e) {
      throw new AssertionError("The test's own line is malformed", e);
    }
    return observer.profile();
  }

  /** Of values of one attribute {@code a}, one item each, such as {@code {"S":"x"}}. */
  public static Profile ofValues(String... values) {
    return ofItems(Stream.of(values).map(value -> "{\"a\":" + value + "}").toArray(String[]::new));
  }
}

package io.dynamodblake.testing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Items with times in the forms that are met in the wild. Each form has an attribute of which all
 * values have it, {@code at_*}, and one of which a single value has not, {@code odd_*}.
 */
public final class TimeItems {
  private static final long YEARS = 20L * 365 * 86_400;
  private static final String[] MISFITS = {
    "{\"S\":\"\"}",
    "{\"S\":\"n/a\"}",
    "{\"S\":\"2026-02-30T00:00:00Z\"}",
    "{\"S\":\"Wed, 03 Mar 2026 10:11:12 GMT\"}",
    "{\"N\":\"0\"}",
    "{\"N\":\"20261118\"}",
    "{\"BOOL\":false}",
    "{\"L\":[{\"S\":\"2026-11-18\"}]}"
  };

  private final Map<String, LongFunction<String>> forms = new LinkedHashMap<>();
  private final Random random;

  public TimeItems(long seed) {
    random = new Random(seed);
    forms.put("js", text("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", "Z"));
    forms.put("instant", millis -> text(Instant.ofEpochMilli(millis).toString()));
    forms.put("local", text("uuuu-MM-dd'T'HH:mm:ss", "Z"));
    forms.put("zoned", text("uuuu-MM-dd'T'HH:mm:ss.SSSxxx", "+05:30"));
    forms.put("python", text("uuuu-MM-dd HH:mm:ss.SSS'000'xx", "-08:00"));
    forms.put("day", text("uuuu-MM-dd", "Z"));
    forms.put("http", text("EEE, dd MMM uuuu HH:mm:ss 'GMT'", "Z"));
    forms.put("seconds", millis -> number(millis / 1_000));
    forms.put("millis", millis -> number(millis));
    forms.put("micros", millis -> number(millis * 1_000));
  }

  private static LongFunction<String> text(String pattern, String offset) {
    DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    ZoneOffset zone = ZoneOffset.of(offset);
    return millis -> text(formatter.format(Instant.ofEpochMilli(millis).atOffset(zone)));
  }

  private static String text(String text) {
    return "{\"S\":\"%s\"}".formatted(text);
  }

  private static String number(long number) {
    return "{\"N\":\"%s\"}".formatted(number);
  }

  /** Returns the attributes of which all values have one form. */
  public Set<String> fitting() {
    Set<String> names = new TreeSet<>();
    forms.keySet().forEach(form -> names.add("at_" + form));
    return names;
  }

  /** Returns lines of items with the key {@code pk}. */
  public List<String> lines(int count) {
    List<Map<String, String>> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> item = new LinkedHashMap<>();
      item.put("pk", text("k" + i));
      forms.forEach(
          (form, written) -> {
            // the first two make sure of a whole second and of none
            put(item, "at_" + form, written, items.size());
            put(item, "odd_" + form, written, items.size());
          });
      items.add(item);
    }
    forms
        .keySet()
        .forEach(
            form ->
                items
                    .get(random.nextInt(count))
                    .put("odd_" + form, MISFITS[random.nextInt(MISFITS.length)]));
    return items.stream().map(TimeItems::line).toList();
  }

  private void put(Map<String, String> item, String name, LongFunction<String> written, int at) {
    if (at > 1 && random.nextInt(10) == 0) {
      if (random.nextBoolean()) {
        item.put(name, "{\"NULL\":true}");
      }
      return;
    }
    long seconds = 1_000_000_000L + random.nextLong(YEARS);
    boolean whole = at == 0 || at > 1 && random.nextInt(5) == 0;
    item.put(name, written.apply(seconds * 1_000 + (whole ? 0 : 1 + random.nextInt(999))));
  }

  private static String line(Map<String, String> item) {
    List<String> members = new ArrayList<>();
    item.forEach((name, value) -> members.add("\"%s\":%s".formatted(name, value)));
    return "{\"Item\":{" + String.join(",", members) + "}}";
  }
}

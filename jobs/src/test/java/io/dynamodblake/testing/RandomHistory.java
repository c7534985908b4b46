package io.dynamodblake.testing;

import io.dynamodblake.export.Window;
import io.dynamodblake.json.MalformedRecordException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table whose items come, change and go at random, as its exports tell of it: one in full at the
 * begin, a window after the other, one in full at the end. Each key has a history of its own:
 * inserts, updates, removed attributes, other types, deletes, items that come back, items that come
 * and go between two exports. The same seed gives the same history.
 */
public final class RandomHistory {
  private static final Instant BEGIN = Instant.parse("2026-11-18T03:20:00Z");
  private static final long WINDOW_SECONDS = 3600;

  private final Random random;
  private final Path bucket;
  private final List<String> attributes; // of items, each without its key
  private final int keys;
  private final TreeMap<String, String> items = new TreeMap<>(); // attributes by key
  private final List<StreamEvent> events = new ArrayList<>();
  private Instant now = BEGIN;
  private int exports;

  /**
   * @param bucket where exports are written
   * @param keys how many there are
   */
  public RandomHistory(long seed, Path bucket, int keys) {
    this(seed, bucket, keys, attributes(seed, keys * 3));
  }

  /** Items whose attributes have one type each, and numbers that a double holds. */
  public static RandomHistory ofPlainItems(long seed, Path bucket, int keys) {
    Random values = new Random(seed);
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < keys * 3; i++) {
      int n = values.nextInt(1_000_000) - 500_000;
      StringBuilder body = new StringBuilder("\"pk\":{\"S\":\"@\"}");
      body.append(values.nextInt(5) > 0 ? ",\"n\":{\"N\":\"%d.25\"}".formatted(n) : "");
      body.append(values.nextInt(5) > 0 ? ",\"t\":{\"S\":\"t%d\"}".formatted(n) : "");
      body.append(
          values.nextInt(3) > 0 ? ",\"s\":{\"SS\":[\"a%1$d\",\"b%1$d\"]}".formatted(n) : "");
      body.append(values.nextInt(3) > 0 ? ",\"d\":{\"NS\":[\"%d\",\"0.5\"]}".formatted(n) : "");
      body.append(values.nextInt(3) > 0 ? ",\"b\":{\"B\":\"EgIIew==\"}" : "");
      body.append(
          values.nextInt(3) > 0
              ? ",\"m\":{\"M\":{\"x\":{\"N\":\"%d\"},\"y\":{\"L\":[{\"S\":\"y\"},{\"S\":\"\"}]}}}"
                  .formatted(n)
              : "");
      body.append(values.nextInt(5) == 0 ? ",\"o\":{\"BOOL\":true},\"z\":{\"NULL\":true}" : "");
      bodies.add(body.toString());
    }
    return new RandomHistory(seed, bucket, keys, bodies);
  }

  private RandomHistory(long seed, Path bucket, int keys, List<String> attributes) {
    this.random = new Random(seed);
    this.bucket = bucket;
    this.keys = keys;
    this.attributes = attributes;
    for (int i = 0; i < keys; i++) {
      if (random.nextInt(4) > 0) {
        items.put("k" + i, any());
      }
    }
  }

  private static List<String> attributes(long seed, int count) {
    try {
      List<String> bodies = new ArrayList<>();
      int i = 0;
      for (String line : StorableItems.lines(seed, count, false)) {
        String item = line.substring("{\"Item\":{".length(), line.length() - "}}".length());
        bodies.add(item.replace("\"pk\":{\"S\":\"k%d\"}".formatted(i++), "\"pk\":{\"S\":\"@\"}"));
      }
      return bodies;
    } catch (MalformedRecordException e) {
      throw new IllegalStateException(e);
    }
  }

  private String any() {
    return attributes.get(random.nextInt(attributes.size()));
  }

  /** How many items there are. */
  public int size() {
    return items.size();
  }

  private static String image(String key, String body) {
    return "{" + body.replace("\"pk\":{\"S\":\"@\"}", "\"pk\":{\"S\":\"" + key + "\"}") + "}";
  }

  /** Writes an export in full of this moment. */
  public Path full() {
    List<String> lines = new ArrayList<>();
    items.forEach((key, body) -> lines.add("{\"Item\":" + image(key, body) + "}"));
    return ExportFixture.in(bucket)
        .exportId("0173200000%04d-0a1b2c3d".formatted(exports++))
        .exportTime(now)
        .items(lines, 1 + random.nextInt(3))
        .write();
  }

  /** Lets items change for a while, and returns what a stream tells of it, in the order of time. */
  public List<StreamEvent> stream() {
    int first = events.size();
    change();
    return List.copyOf(events.subList(first, events.size()));
  }

  /** The moment up to which items have changed. */
  public Instant now() {
    return now;
  }

  private void change() {
    int writes = random.nextInt(keys);
    for (int i = 0; i < writes; i++) {
      String key = "k" + random.nextInt(keys + keys / 4);
      String before = items.get(key);
      String after = random.nextInt(4) == 0 ? null : any();
      if (after == null) {
        items.remove(key);
      } else {
        items.put(key, after);
      }
      if (!Objects.equals(before, after)) {
        events.add(
            new StreamEvent(
                image(key, "\"pk\":{\"S\":\"@\"}"),
                Optional.ofNullable(before).map(body -> image(key, body)),
                Optional.ofNullable(after).map(body -> image(key, body)),
                now.plusMillis(WINDOW_SECONDS * 1000 * (i + 1) / (writes + 1)),
                events.size(),
                false));
      }
    }
    now = now.plusSeconds(WINDOW_SECONDS);
  }

  /** Lets items change for a while, and writes the export of that window. */
  public Path window() {
    Map<String, String> before = new TreeMap<>(items);
    Instant from = now;
    change();
    IncrementalExport export =
        IncrementalExport.in(bucket)
            .exportId("0173200000%04d-0a1b2c3d".formatted(exports++))
            .keys("pk")
            .window(from, now)
            .view(random.nextInt(3) == 0 ? Window.View.NEW_IMAGE : Window.View.NEW_AND_OLD_IMAGES)
            .dataFiles(1 + random.nextInt(3));
    if (random.nextInt(3) == 0) {
      export.ion();
    }
    TreeMap<String, String> touched = new TreeMap<>(before);
    touched.putAll(items);
    for (String key : touched.keySet()) {
      Optional<String> old = Optional.ofNullable(before.get(key)).map(body -> image(key, body));
      Optional<String> next = Optional.ofNullable(items.get(key)).map(body -> image(key, body));
      if (!old.equals(next)) {
        export.change(old, next);
      }
    }
    return export.write();
  }
}

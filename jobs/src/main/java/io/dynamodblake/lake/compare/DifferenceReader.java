package io.dynamodblake.lake.compare;

import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.identity.ItemDifference;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.items.ItemSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The third pass: reads the items of a few keys once more and says where they differ. They come to
 * the driver. Driver only.
 *
 * @param showValues whether values of items may be shown
 */
record DifferenceReader(Sides sides, boolean showValues) {
  private static final int MOST_PLACES = 20;

  /** What is shown of each of the keys, in their order. */
  List<ComparisonReport.Shown> describe(List<DifferingKey> differing) throws IOException {
    HashSet<String> wanted = new HashSet<>();
    for (DifferingKey key : differing) {
      // what one side has several times cannot be paired, and one side alone has no places
      if (showValues || key.isPair()) {
        wanted.add(key.name());
      }
    }
    Map<String, byte[]> linesA = lines(sides.a(), sides.keysOfA(), wanted);
    Map<String, byte[]> linesB = lines(sides.b(), sides.keysOfB(), wanted);
    List<ComparisonReport.Shown> shown = new ArrayList<>();
    for (DifferingKey key : differing) {
      shown.add(shown(key, linesA.get(key.name()), linesB.get(key.name())));
    }
    return shown;
  }

  private static Map<String, byte[]> lines(ItemSet set, SideKeys keys, HashSet<String> wanted)
      throws IOException {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    Map<String, byte[]> lines = new HashMap<>();
    JavaRDD<Tuple2<String, byte[]>> found = set.items(() -> new Finder(wanted, keys));
    for (Tuple2<String, byte[]> line : found.collect()) {
      lines.putIfAbsent(line._1(), line._2());
    }
    return lines;
  }

  /** The first item of each wanted key in a task, as a line. */
  private static final class Finder implements Function<ItemTape, Tuple2<String, byte[]>> {
    private final Set<String> wanted;
    private final SideKeys.Reader keys;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();

    Finder(Set<String> wanted, SideKeys keys) {
      this.wanted = new HashSet<>(wanted);
      this.keys = keys.reader();
    }

    @Override
    public Tuple2<String, byte[]> apply(ItemTape tape) {
      if (wanted.isEmpty()) {
        return null;
      }
      keys.digest(canonical, tape);
      String digest = DifferingKey.name(canonical.high(), canonical.low());
      if (!wanted.remove(digest)) {
        return null;
      }
      writer.reset();
      values.writeItem(tape, writer);
      return new Tuple2<>(digest, Arrays.copyOf(writer.bytes(), writer.length() - 1));
    }
  }

  private ComparisonReport.Shown shown(DifferingKey key, byte[] lineA, byte[] lineB) {
    List<ComparisonReport.Place> places =
        key.isPair() && lineA != null && lineB != null ? places(lineA, lineB) : List.of();
    Optional<String> item =
        showValues
            ? Optional.ofNullable(lineA == null ? lineB : lineA).map(this::text)
            : Optional.empty();
    return new ComparisonReport.Shown(key.shortName(), item, key.inA(), key.inB(), places);
  }

  private List<ComparisonReport.Place> places(byte[] lineA, byte[] lineB) {
    return ItemDifference.between(tape(lineA), tape(lineB), MOST_PLACES).stream()
        .map(
            difference ->
                new ComparisonReport.Place(
                    difference.path(),
                    what(difference),
                    difference.a().filter(value -> showValues),
                    difference.b().filter(value -> showValues)))
        .toList();
  }

  private static String what(ItemDifference difference) {
    if (difference.a().isEmpty()) {
      return "only in B";
    }
    if (difference.b().isEmpty()) {
      return "only in A";
    }
    String a = descriptor(difference.a().get());
    String b = descriptor(difference.b().get());
    return a.equals(b) ? "another " + a : a + " in A, " + b + " in B";
  }

  /** Of a value that this program has written: {@code {"S":...}}. */
  private static String descriptor(String value) {
    return value.substring(2, value.indexOf('"', 2));
  }

  private static ItemTape tape(byte[] line) {
    ItemTape tape = new ItemTape();
    try {
      new ItemScanner().scan(line, 0, line.length, tape);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("A line that was read as an item is none now", e);
    }
    return tape;
  }

  /** The key of an item with its values, or the item where there are no keys. */
  private String text(byte[] line) {
    if (!sides.keys().isEmpty()) {
      return sides.keys().valuesOf(tape(line));
    }
    String text = new String(line, StandardCharsets.UTF_8);
    return text.substring("{\"Item\":".length(), text.length() - 1);
  }
}

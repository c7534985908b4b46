package io.dynamodblake.lake.compare;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.identity.ItemDifference;
import io.dynamodblake.identity.KeyedItemDigest;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.ValueSessions;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Whether two sets hold the same items, as DynamoDB defines equality. Digests of items are added up
 * where they are read, in buckets by their keys; if all sums agree, nothing is shuffled. Otherwise
 * both sides are read again, and of the buckets that do not agree digests of key and item, 33 bytes
 * an item, are brought together in one shuffle, sorted and counted as they stream by. Items that
 * differ are read once more, the first few. Driver only.
 */
public final class Comparison {
  /** The most keys that can be described; their items come to the driver. */
  public static final int MOST_SHOWN = 1_000;

  private static final int MOST_PLACES = 20;
  private static final int BUCKETS = 1 << 12; // 128 KB a task
  private static final int SECRET_BYTES = 16;
  // sides that promise to differ by so many items a bucket differ in nearly all buckets
  private static final int SURPLUS = 4;
  private static final StructType DIGESTS =
      new StructType()
          .add("k1", DataTypes.LongType, false)
          .add("k2", DataTypes.LongType, false)
          .add("i1", DataTypes.LongType, false)
          .add("i2", DataTypes.LongType, false)
          .add("a", DataTypes.BooleanType, false);

  private final SparkSession spark;
  private final ComparisonOptions options;
  private final int buckets;
  private final byte[] secret = new byte[SECRET_BYTES]; // so that nobody can make sums agree

  public Comparison(SparkSession spark, ComparisonOptions options) {
    this(spark, options, BUCKETS);
  }

  /**
   * With another number of buckets, so that tests need few items.
   *
   * @param buckets a power of two
   */
  Comparison(SparkSession spark, ComparisonOptions options, int buckets) {
    this.spark = spark;
    this.options = options;
    this.buckets = buckets;
    new SecureRandom().nextBytes(secret);
    if (options.show() > MOST_SHOWN) {
      throw new UsageException(
          "Cannot show " + options.show() + " differences; at most " + MOST_SHOWN);
    }
  }

  /**
   * Compares.
   *
   * @throws UsageException if a path or the keys cannot be used
   * @throws io.dynamodblake.export.ExportFormatException if an export is damaged
   * @throws DataRefusedException if something that should be an item is none, or lacks its key
   * @throws UncheckedIOException if a file system fails
   * @throws io.dynamodblake.aws.AwsFailureException if a live table cannot be read
   */
  public ComparisonReport run(ReadProgress progress) {
    List<ItemSet> opened = new ArrayList<>();
    try {
      progress.phase("Looking at both sides", -1);
      SparkSession session = ValueSessions.of(spark);
      ItemSet a =
          ItemSet.open(
              session, ItemSet.COMPARE, options.a(), options.reading(), options.taskBytes());
      opened.add(a);
      ItemSet b =
          ItemSet.open(
              session, ItemSet.COMPARE, options.b(), options.reading(), options.taskBytes());
      opened.add(b);
      List<KeyAttribute> keys = keys(a, b);
      opened.forEach(set -> set.read(progress));
      long promisedA = a.promised();
      long promisedB = b.promised();
      BitSet differing = new BitSet(buckets);
      differing.set(0, buckets);
      Tally tally = new Tally(options.show());
      if (!surelyDiffer(promisedA, promisedB)) {
        progress.phase("Comparing", promisedA < 0 || promisedB < 0 ? -1 : promisedA + promisedB);
        BucketSums sums = sums(session, a, b, keys, progress);
        long itemsA = sums.inA(differing);
        long itemsB = sums.inB(differing);
        progress.read(itemsA + itemsB, 0);
        requireAll("A", a, promisedA, itemsA);
        requireAll("B", b, promisedB, itemsB);
        promisedA = itemsA;
        promisedB = itemsB;
        differing = sums.differing();
        tally.equal(itemsA - sums.inA(differing));
      }
      if (!differing.isEmpty()) {
        progress.phase("Comparing what differs", promisedA + promisedB);
        tally.add(count(session, a, b, keys, differing, progress));
        progress.read(promisedA + promisedB, 0);
        requireAll("A", a, promisedA, tally.itemsA);
        requireAll("B", b, promisedB, tally.itemsB);
      }
      List<ComparisonReport.Shown> shown = List.of();
      if (!tally.differing.isEmpty()) {
        progress.phase("Reading what differs", -1);
        shown = describe(a, b, tally.differing, keys);
      }
      return new ComparisonReport(
          a.kind(),
          b.kind(),
          keys.stream().map(key -> key.attribute() + ":" + key.descriptor()).toList(),
          Stream.concat(
                  a.notes().stream().map(note -> "A: " + note),
                  b.notes().stream().map(note -> "B: " + note))
              .toList(),
          tally.itemsA,
          tally.itemsB,
          tally.equalItems,
          tally.keysOnlyInA,
          tally.keysOnlyInB,
          tally.differingKeys,
          shown);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    } finally {
      opened.forEach(ItemSet::close);
    }
  }

  private List<KeyAttribute> keys(ItemSet a, ItemSet b) {
    if (!options.keys().isEmpty()) {
      contradicted("A", a.keys());
      contradicted("B", b.keys());
      return options.keys();
    }
    if (!a.keys().isEmpty() && !b.keys().isEmpty() && !a.keys().equals(b.keys())) {
      throw new UsageException(
          "Cannot compare: the keys of A are %s and those of B %s; say which to use with --key"
              .formatted(texts(a.keys()), texts(b.keys())));
    }
    return a.keys().isEmpty() ? b.keys() : a.keys();
  }

  private static String texts(List<KeyAttribute> keys) {
    return keys.stream()
        .map(key -> key.attribute() + ":" + key.descriptor())
        .collect(Collectors.joining(","));
  }

  /** Other attributes than the table's own may pair items, but not with another type. */
  private void contradicted(String side, List<KeyAttribute> own) {
    for (KeyAttribute key : options.keys()) {
      for (KeyAttribute known : own) {
        if (key.attribute().equals(known.attribute()) && !key.equals(known)) {
          throw new UsageException(
              "Cannot compare by %s:%s: that key of the table %s is %s; give --key with its types"
                  .formatted(key.attribute(), key.descriptor(), side, known.descriptor()));
        }
      }
    }
  }

  private static void requireAll(String side, ItemSet set, long promised, long items)
      throws IOException {
    if (promised >= 0 && promised != items) {
      throw new DataRefusedException(
          "Cannot compare: %s should have %d items but %d were read; run again"
              .formatted(side, promised, items));
    }
    set.requireWritten(ItemSet.COMPARE, items);
  }

  // ---- the first pass: sums

  /** Whether it is known beforehand that hardly a bucket is the same on both sides. */
  private boolean surelyDiffer(long promisedA, long promisedB) {
    return promisedA >= 0
        && promisedB >= 0
        && Math.abs(promisedA - promisedB) > (long) SURPLUS * buckets;
  }

  private BucketSums sums(
      SparkSession session, ItemSet a, ItemSet b, List<KeyAttribute> keys, ReadProgress progress)
      throws IOException {
    int count = buckets;
    try (LiveReads reads = LiveReads.counting(session.sparkContext(), progress)) {
      JavaRDD<long[]> sums =
          sums(a, new Keys(keys, "A"), reads.counter())
              .union(sums(b, new Keys(keys, "B"), reads.counter()))
              .mapPartitions(
                  soFar -> {
                    long[] last = new BucketSums(count).toLongs();
                    while (soFar.hasNext()) {
                      last = soFar.next();
                    }
                    return List.of(last).iterator();
                  });
      session.sparkContext().setJobDescription("Adding up items");
      // what tasks return, and not accumulators: a task that runs twice counts once
      return sums.getNumPartitions() == 0
          ? new BucketSums(count)
          : new BucketSums(
              sums.treeReduce(
                  (left, right) -> new BucketSums(left).add(new BucketSums(right)).toLongs()));
    } finally {
      session.sparkContext().setJobDescription(null);
    }
  }

  private JavaRDD<long[]> sums(ItemSet set, Keys keys, LiveReads.Counter counter)
      throws IOException {
    int count = buckets;
    byte[] ofRun = secret;
    return set.items(() -> new Adder(keys, count, ofRun, counter));
  }

  /** The sums of one task so far, the same array for each item. */
  private static final class Adder implements Function<ItemTape, long[]> {
    private final Keys keys;
    private final LiveReads.Counter counter;
    private final KeyedItemDigest digest;
    private final BucketSums sums;
    private final boolean toA;

    Adder(Keys keys, int buckets, byte[] secret, LiveReads.Counter counter) {
      this.keys = keys;
      this.counter = counter;
      this.digest = keys.digest(secret);
      this.sums = new BucketSums(buckets);
      this.toA = keys.side.equals("A");
    }

    @Override
    public long[] apply(ItemTape tape) {
      counter.item();
      digest.read(tape);
      int bucket = keys.bucket(digest, tape, sums.buckets());
      if (toA) {
        sums.addToA(bucket, digest.high(), digest.low());
      } else {
        sums.addToB(bucket, digest.high(), digest.low());
      }
      return sums.toLongs();
    }
  }

  // ---- the second pass: counts

  private Tally count(
      SparkSession session,
      ItemSet a,
      ItemSet b,
      List<KeyAttribute> keys,
      BitSet differing,
      ReadProgress progress)
      throws IOException {
    Column k1 = PartitionExpressions.column("k1");
    Column[] order =
        Stream.of("k1", "k2", "i1", "i2").map(PartitionExpressions::column).toArray(Column[]::new);
    int show = options.show();
    List<long[]> found;
    try (LiveReads reads = LiveReads.counting(session.sparkContext(), progress)) {
      Dataset<Row> digests =
          digests(session, a, new Keys(keys, "A"), differing, reads.counter())
              .union(digests(session, b, new Keys(keys, "B"), differing, reads.counter()));
      session.sparkContext().setJobDescription("Comparing items");
      found =
          digests
              .repartition(k1)
              .sortWithinPartitions(order)
              .queryExecution()
              .toRdd()
              .toJavaRDD()
              .mapPartitions(rows -> List.of(new Tally(show).of(rows).toLongs()).iterator())
              .collect();
    } finally {
      session.sparkContext().setJobDescription(null);
    }
    Tally all = new Tally(show);
    found.forEach(all::add);
    return all;
  }

  private Dataset<Row> digests(
      SparkSession session, ItemSet set, Keys keys, BitSet differing, LiveReads.Counter counter)
      throws IOException {
    int count = buckets;
    long[] wanted = differing.cardinality() == count ? null : differing.toLongArray();
    byte[] ofRun = secret;
    JavaRDD<InternalRow> rows = set.items(() -> new Digests(keys, wanted, count, ofRun, counter));
    return SparkLine.dataset(session, rows, DIGESTS);
  }

  /**
   * Digests of key and item, if it is in one of some buckets; the row is valid until the next item.
   */
  private static final class Digests implements Function<ItemTape, InternalRow> {
    private final Keys keys;
    private final BitSet wanted; // null for all
    private final int buckets;
    private final LiveReads.Counter counter;
    private final KeyedItemDigest keyed; // of the keys alone
    private final CanonicalItem canonical = new CanonicalItem();
    private final GenericInternalRow row = new GenericInternalRow(5);

    Digests(Keys keys, long[] wanted, int buckets, byte[] secret, LiveReads.Counter counter) {
      this.keys = keys;
      this.wanted = wanted == null ? null : BitSet.valueOf(wanted);
      this.buckets = buckets;
      this.counter = counter;
      this.keyed = keys.digest(secret);
      row.update(4, keys.side.equals("A"));
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      counter.item();
      if (wanted != null) {
        keyed.readKey(tape);
        if (!wanted.get(keys.bucket(keyed, tape, buckets))) {
          return null;
        }
      }
      canonical.digestItem(tape);
      row.update(2, canonical.high());
      row.update(3, canonical.low());
      if (!keys.none()) {
        keys.digest(canonical, tape);
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      return row;
    }
  }

  /** What pairs the items of one side. */
  private static final class Keys implements Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[][] names;
    private final Descriptor[] descriptors;
    private final String side;

    Keys(List<KeyAttribute> keys, String side) {
      this.names =
          keys.stream()
              .map(key -> key.attribute().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      this.descriptors = keys.stream().map(KeyAttribute::descriptor).toArray(Descriptor[]::new);
      this.side = side;
    }

    /** Whether items are paired as wholes. */
    boolean none() {
      return names.length == 0;
    }

    /** Takes the digest of the key. */
    void digest(CanonicalItem canonical, ItemTape tape) {
      canonical.read(tape, find(tape));
      canonical.digest();
    }

    /** Takes digests of items and hashes of their keys, both with a secret. */
    KeyedItemDigest digest(byte[] secret) {
      return new KeyedItemDigest(secret, names);
    }

    /**
     * Where an item belongs: items of one key to one bucket, and equal items without keys.
     *
     * @param digest that has just read the item, or its key
     */
    int bucket(KeyedItemDigest digest, ItemTape tape, int buckets) {
      check(tape, digest::keyNode);
      return digest.keyHash() & buckets - 1;
    }

    private int[] find(ItemTape tape) {
      int[] nodes = new int[names.length];
      for (int i = 0; i < names.length; i++) {
        nodes[i] = CanonicalItem.attribute(tape, names[i]);
      }
      check(tape, i -> nodes[i]);
      return nodes;
    }

    private void check(ItemTape tape, IntUnaryOperator nodes) {
      for (int i = 0; i < names.length; i++) {
        if (nodes.applyAsInt(i) < 0) {
          throw new DataRefusedException(
              "Cannot compare: an item of %s lacks key attribute '%s'; give the table's own keys with --key"
                  .formatted(side, name(i)));
        }
      }
      for (int i = 0; i < names.length; i++) {
        Descriptor found = tape.descriptor(nodes.applyAsInt(i));
        if (found != descriptors[i]) {
          throw new DataRefusedException(
              "Cannot compare: key attribute '%s' is %s in an item of %s and not %s; give the table's own keys with --key"
                  .formatted(name(i), found, side, descriptors[i]));
        }
      }
    }

    private String name(int i) {
      return new String(names[i], StandardCharsets.UTF_8);
    }
  }

  /** A key that differs: its digest, and how often each side has it. */
  private record Key(long high, long low, long inA, long inB) {
    static final Comparator<Key> ORDER =
        Comparator.comparingLong(Key::high).thenComparingLong(Key::low);

    String name() {
      return name(high, low);
    }

    static String name(long high, long low) {
      return "%016x%016x".formatted(high, low);
    }
  }

  /** Counts of one partition, whose rows come in the order of key and item, and of all. */
  private static final class Tally {
    private static final int COUNTS = 6;
    private static final int KEY_LONGS = 4;

    private final int show;
    private long itemsA;
    private long itemsB;
    private long equalItems;
    private long keysOnlyInA;
    private long keysOnlyInB;
    private long differingKeys;
    private List<Key> differing = new ArrayList<>();

    // of the present key, and of the present item in it
    private long keyA;
    private long keyB;
    private boolean keyDiffers;
    private long itemA;
    private long itemB;

    Tally(int show) {
      this.show = show;
    }

    Tally of(Iterator<InternalRow> rows) {
      long k1 = 0;
      long k2 = 0;
      long i1 = 0;
      long i2 = 0;
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        boolean sameKey = row.getLong(0) == k1 && row.getLong(1) == k2;
        if (!sameKey || row.getLong(2) != i1 || row.getLong(3) != i2) {
          endItem();
        }
        if (!sameKey) {
          endKey(k1, k2);
        }
        k1 = row.getLong(0);
        k2 = row.getLong(1);
        i1 = row.getLong(2);
        i2 = row.getLong(3);
        if (row.getBoolean(4)) {
          itemA++;
        } else {
          itemB++;
        }
      }
      endItem();
      endKey(k1, k2);
      return this;
    }

    private void endItem() {
      keyA += itemA;
      keyB += itemB;
      equalItems += Math.min(itemA, itemB);
      keyDiffers |= itemA != itemB;
      itemA = 0;
      itemB = 0;
    }

    private void endKey(long k1, long k2) {
      itemsA += keyA;
      itemsB += keyB;
      if (keyDiffers) {
        if (keyB == 0) {
          keysOnlyInA++;
        } else if (keyA == 0) {
          keysOnlyInB++;
        } else {
          differingKeys++;
        }
        if (differing.size() < show) {
          differing.add(new Key(k1, k2, keyA, keyB));
        }
      }
      keyA = 0;
      keyB = 0;
      keyDiffers = false;
    }

    /** Counts items that are known to be equal. */
    void equal(long items) {
      itemsA += items;
      itemsB += items;
      equalItems += items;
    }

    /** As an array, which every serializer knows. */
    long[] toLongs() {
      long[] longs = new long[COUNTS + KEY_LONGS * differing.size()];
      longs[0] = itemsA;
      longs[1] = itemsB;
      longs[2] = equalItems;
      longs[3] = keysOnlyInA;
      longs[4] = keysOnlyInB;
      longs[5] = differingKeys;
      int at = COUNTS;
      for (Key key : differing) {
        longs[at++] = key.high();
        longs[at++] = key.low();
        longs[at++] = key.inA();
        longs[at++] = key.inB();
      }
      return longs;
    }

    void add(Tally other) {
      add(other.toLongs());
    }

    void add(long[] longs) {
      itemsA += longs[0];
      itemsB += longs[1];
      equalItems += longs[2];
      keysOnlyInA += longs[3];
      keysOnlyInB += longs[4];
      differingKeys += longs[5];
      for (int at = COUNTS; at < longs.length; at += KEY_LONGS) {
        differing.add(new Key(longs[at], longs[at + 1], longs[at + 2], longs[at + 3]));
      }
      differing.sort(Key.ORDER);
      differing = new ArrayList<>(differing.subList(0, Math.min(show, differing.size())));
    }
  }

  // ---- the items of a few keys

  private List<ComparisonReport.Shown> describe(
      ItemSet a, ItemSet b, List<Key> differing, List<KeyAttribute> keys) throws IOException {
    Set<String> wanted = new HashSet<>();
    for (Key key : differing) {
      // what one side has several times cannot be paired, and one side alone has no places
      if (options.showValues() || (key.inA() == 1 && key.inB() == 1)) {
        wanted.add(key.name());
      }
    }
    Map<String, byte[]> linesA =
        wanted.isEmpty() ? Map.of() : lines(a, wanted, new Keys(keys, "A"));
    Map<String, byte[]> linesB =
        wanted.isEmpty() ? Map.of() : lines(b, wanted, new Keys(keys, "B"));
    List<ComparisonReport.Shown> shown = new ArrayList<>();
    for (Key key : differing) {
      shown.add(shown(key, linesA.get(key.name()), linesB.get(key.name()), keys));
    }
    return shown;
  }

  private static Map<String, byte[]> lines(ItemSet set, Set<String> wanted, Keys keys)
      throws IOException {
    HashSet<String> digests = new HashSet<>(wanted);
    Map<String, byte[]> lines = new HashMap<>();
    JavaRDD<Tuple2<String, byte[]>> found = set.items(() -> new Finder(digests, keys));
    for (Tuple2<String, byte[]> line : found.collect()) {
      lines.putIfAbsent(line._1(), line._2());
    }
    return lines;
  }

  /** The first item of each wanted key in a task, as a line. */
  private static final class Finder implements Function<ItemTape, Tuple2<String, byte[]>> {
    private final Set<String> wanted;
    private final Keys keys;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();

    Finder(Set<String> wanted, Keys keys) {
      this.wanted = new HashSet<>(wanted);
      this.keys = keys;
    }

    @Override
    public Tuple2<String, byte[]> apply(ItemTape tape) {
      if (wanted.isEmpty()) {
        return null;
      }
      if (keys.none()) {
        canonical.digestItem(tape);
      } else {
        keys.digest(canonical, tape);
      }
      String digest = Key.name(canonical.high(), canonical.low());
      if (!wanted.remove(digest)) {
        return null;
      }
      writer.reset();
      values.writeItem(tape, writer);
      return new Tuple2<>(digest, java.util.Arrays.copyOf(writer.bytes(), writer.length() - 1));
    }
  }

  private ComparisonReport.Shown shown(
      Key key, byte[] lineA, byte[] lineB, List<KeyAttribute> keys) {
    List<ComparisonReport.Place> places = new ArrayList<>();
    if (key.inA() == 1 && key.inB() == 1 && lineA != null && lineB != null) {
      for (ItemDifference difference :
          ItemDifference.between(tape(lineA), tape(lineB), MOST_PLACES)) {
        places.add(
            new ComparisonReport.Place(
                difference.path(),
                what(difference),
                difference.a().filter(value -> options.showValues()),
                difference.b().filter(value -> options.showValues())));
      }
    }
    byte[] line = lineA == null ? lineB : lineA;
    Optional<String> item =
        options.showValues() && line != null
            ? Optional.of(keys.isEmpty() ? itemText(line) : keyText(tape(line), keys))
            : Optional.empty();
    return new ComparisonReport.Shown(
        key.name().substring(0, 16), item, key.inA(), key.inB(), places);
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

  private static String itemText(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    return text.substring("{\"Item\":".length(), text.length() - 1);
  }

  private static String keyText(ItemTape tape, List<KeyAttribute> keys) {
    List<String> texts = new ArrayList<>();
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      String name = tape.name(child);
      if (keys.stream().anyMatch(key -> key.attribute().equals(name))) {
        int start = tape.rawStart(child);
        String value =
            new String(tape.line(), start, tape.rawEnd(child) - start, StandardCharsets.UTF_8);
        texts.add(name + "=" + value);
      }
    }
    return String.join(" ", texts);
  }
}

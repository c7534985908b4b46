package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.items.ItemSet;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.ValueSessions;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.spark.scan.KeyScan;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.DoubleAccumulator;
import scala.Tuple2;

/**
 * Puts items into a DynamoDB table that exists. First all of them are checked, by DynamoDB's limits
 * and the table's keys; then they are read again, spread by their keys over as many tasks as write
 * at the same time, each with an equal share of the rate. Parts that were put can be remembered, so
 * that a run after a failure goes on with the others. What the table has beside the items can be
 * deleted afterwards. Driver only.
 */
public final class Load implements AutoCloseable {
  // a share that is smaller makes batches small
  private static final double SMALLEST_SHARE = 50;
  private static final int MOST_TEXTS = 5;
  // what is written again after a failure, at most, by each task
  private static final double PART_SECONDS = 10;
  private static final int LEAST_PARTS_OF_TASK = 4;
  private static final int LEAST_ITEMS_OF_PART = 25;
  private static final int MOST_PARTS = 10_000;
  private static final StructType CHECKED =
      new StructType()
          .add("k1", DataTypes.LongType, false)
          .add("k2", DataTypes.LongType, false)
          .add("bytes", DataTypes.LongType, false)
          .add("itemHigh", DataTypes.LongType, false)
          .add("itemLow", DataTypes.LongType, false)
          .add("defect", DataTypes.StringType, true)
          .add("place", DataTypes.StringType, true);

  private final SparkSession spark;
  private final LoadOptions options;
  private final LoadTarget target;
  private final List<KeyAttribute> keys;
  private ItemSet set;
  private LoadInput input;
  private String fingerprint;
  private Optional<LoadState> state = Optional.empty();
  private SurplusItems surplus;

  /**
   * @throws UsageException if Spark may run a task twice at a time, which would break the rate
   */
  public Load(SparkSession spark, LoadOptions options, LoadTarget target) {
    if (spark.sparkContext().getConf().getBoolean("spark.speculation", false)) {
      throw new UsageException(
          "Cannot load with spark.speculation: items would be written twice and faster than the limit; switch it off");
    }
    this.spark = ValueSessions.of(spark);
    this.options = options;
    this.target = target;
    this.keys = target.table().keys().stream().map(KeyAttribute::parse).toList();
  }

  /**
   * Reads all items and checks them. Calls nothing.
   *
   * @throws UsageException if the path holds no items
   * @throws io.dynamodblake.export.ExportFormatException if an export is damaged
   * @throws DataRefusedException if the table would refuse an item, or two have the same key
   */
  public LoadInput check(ReadProgress progress) {
    try {
      progress.phase("Looking at the input", -1);
      set =
          ItemSet.open(
              spark,
              "load",
              new Side(options.path(), options.snapshot()),
              options.reading(),
              options.taskBytes());
      if (set instanceof ItemSet.OfLake lake) {
        refuseLosses(lake.input());
      }
      long promised = set.promised();
      progress.phase("Checking", promised);
      LoadFindings findings = findings(progress);
      if (promised >= 0 && promised != findings.items()) {
        throw new DataRefusedException(
            "Cannot load: there should be %d items but %d were read; run again"
                .formatted(promised, findings.items()));
      }
      set.requireWritten("load", findings.items());
      refuse(findings);
      fingerprint = findings.fingerprint();
      input =
          new LoadInput(
              set.kind(), findings.items(), findings.bytes(), findings.writeUnits(), set.notes());
      return input;
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    }
  }

  private void refuseLosses(RowInput lake) {
    for (Column column : lake.schema().columns()) {
      if (keys.stream().anyMatch(key -> key.attribute().equals(column.attribute()))
          && Losses.reason(column).isPresent()) {
        throw new UsageException(
            "Cannot load: key attribute '%s' is not in the lake table as it was (%s), so nobody can tell which item is which; flatten the export again without that"
                .formatted(column.attribute(), Losses.reason(column).get()));
      }
    }
    if (!lake.losses().isEmpty() && !options.allowLoss()) {
      throw new UsageException(
          "Cannot load: the lake table does not hold the items as they were: "
              + String.join(", ", lake.losses())
              + "; load them all the same with --allow-loss");
    }
  }

  /** Whether the items that were checked are all of the table that they come from. */
  public Wholeness wholeness() {
    requireChecked();
    try {
      return set.wholeness(input.items());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void requireChecked() {
    if (input == null) {
      throw new IllegalStateException("Items are checked before anything else");
    }
  }

  private void refuse(LoadFindings findings) {
    List<String> texts = findings.texts();
    if (texts.isEmpty()) {
      return;
    }
    String more =
        texts.size() > MOST_TEXTS ? "; and %d more kinds".formatted(texts.size() - MOST_TEXTS) : "";
    throw new DataRefusedException(
        "Cannot load: %,d of %,d items cannot be put into table %s, whose keys are %s: %s%s; nothing was written. Set such items aside with restore --on-invalid quarantine, and load what it wrote"
            .formatted(
                findings.badItems(),
                findings.items(),
                target.table().name(),
                String.join(", ", target.table().keys()),
                String.join("; ", texts.subList(0, Math.min(MOST_TEXTS, texts.size()))),
                more));
  }

  private LoadFindings findings(ReadProgress progress) throws IOException {
    List<byte[]> found;
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      JavaRDD<InternalRow> rows =
          set.items(
              new Checks(keys, target.indexKeys(), options.state().isPresent(), reads.counter()));
      spark.sparkContext().setJobDescription("Checking items");
      found =
          SparkLine.dataset(spark, rows, CHECKED)
              .repartition(PartitionExpressions.column("k1"))
              .sortWithinPartitions(
                  PartitionExpressions.column("k1"), PartitionExpressions.column("k2"))
              .queryExecution()
              .toRdd()
              .toJavaRDD()
              .mapPartitions(checked -> List.of(JavaBytes.of(count(checked))).iterator())
              .collect();
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
    LoadFindings all = new LoadFindings();
    found.forEach(one -> all.add(JavaBytes.to(LoadFindings.class, one)));
    progress.read(all.items(), 0);
    return all;
  }

  /** Counts the rows of one partition, which come in the order of their keys. */
  private static LoadFindings count(Iterator<InternalRow> rows) {
    LoadFindings findings = new LoadFindings();
    long k1 = 0;
    long k2 = 0;
    long withKey = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      if (!row.isNullAt(5)) {
        findings.defect(row.getUTF8String(5).toString(), row.getUTF8String(6).toString());
        continue;
      }
      findings.digest(row.getLong(3), row.getLong(4));
      findings.item(row.getLong(2), WriteBatches.units(row.getLong(2)));
      if (withKey > 0 && row.getLong(0) == k1 && row.getLong(1) == k2) {
        withKey++;
        continue;
      }
      if (withKey > 1) {
        findings.repeated(withKey);
      }
      k1 = row.getLong(0);
      k2 = row.getLong(1);
      withKey = 1;
    }
    if (withKey > 1) {
      findings.repeated(withKey);
    }
    return findings;
  }

  /**
   * Makes of each item the hash of its key and its size, or what is wrong with it.
   *
   * @param digested whether a hash of the whole item is wanted, too
   */
  private record Checks(
      List<KeyAttribute> keys,
      List<LoadTarget.IndexKey> indexKeys,
      boolean digested,
      LiveReads.Counter counter)
      implements ExportItems.Maker<InternalRow> {
    @Override
    public Function<ItemTape, InternalRow> get() {
      return get(() -> "");
    }

    @Override
    public Function<ItemTape, InternalRow> get(Supplier<String> place) {
      return new Checking(this, place);
    }
  }

  private static final class Checking implements Function<ItemTape, InternalRow> {
    private final Checks checks;
    private final Supplier<String> place;
    private final byte[][] keyNames;
    private final byte[][] indexNames;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemCheck check;
    private final GenericInternalRow row = new GenericInternalRow(7);

    Checking(Checks checks, Supplier<String> place) {
      this.checks = checks;
      this.place = place;
      this.check = new ItemCheck(checks.keys(), writer);
      this.keyNames =
          checks.keys().stream().map(key -> utf8(key.attribute())).toArray(byte[][]::new);
      this.indexNames =
          checks.indexKeys().stream().map(key -> utf8(key.attribute())).toArray(byte[][]::new);
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      checks.counter().item();
      writer.reset();
      values.writeItem(tape, check);
      String defect = check.defect() == null ? indexDefect(tape) : check.defect();
      if (defect == null) {
        canonical.digestAttributes(tape, keyNames);
      } else {
        // it has no key to be paired by
        canonical.digestItem(tape);
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      row.update(2, check.size());
      if (checks.digested()) {
        canonical.digestItem(tape);
      }
      row.update(3, checks.digested() ? canonical.high() : 0L);
      row.update(4, checks.digested() ? canonical.low() : 0L);
      row.update(5, defect == null ? null : UTF8String.fromString(defect));
      row.update(6, defect == null ? null : UTF8String.fromString(place.get()));
      return row;
    }

    /** DynamoDB refuses items whose attributes cannot be keys of its indexes. */
    private String indexDefect(ItemTape tape) {
      for (int i = 0; i < indexNames.length; i++) {
        int node = CanonicalItem.attribute(tape, indexNames[i]);
        if (node < 0) {
          continue;
        }
        LoadTarget.IndexKey key = checks.indexKeys().get(i);
        String name = "index key attribute " + ItemPath.ofAttribute(key.attribute());
        Descriptor descriptor = tape.descriptor(node);
        if (!descriptor.name().equals(key.type())) {
          return "%s is %s, not %s as declared".formatted(name, descriptor, key.type());
        }
        long length = tape.valueEnd(node) - tape.valueStart(node);
        if (descriptor == Descriptor.B) {
          // of Base64 text
          length = length * 3 / 4 - padding(tape, node);
        }
        if (length == 0) {
          return name + " is empty";
        }
        if (descriptor != Descriptor.N && length > key.mostBytes()) {
          return "%s is longer than %d bytes".formatted(name, key.mostBytes());
        }
      }
      return null;
    }

    private static int padding(ItemTape tape, int node) {
      int padding = 0;
      for (int end = tape.valueEnd(node);
          end > tape.valueStart(node) && tape.valueBytes(node)[end - 1] == '=';
          end--) {
        padding++;
      }
      return padding;
    }
  }

  /**
   * Puts the items that were checked, but for the parts that an earlier run has finished.
   *
   * @param userAgent what the service's logs call us
   * @param table name or ARN, as the user has it
   * @param unitsPerSecond most write units a second, of all tasks together
   * @throws AwsFailureException if the service refuses, or did not acknowledge every item
   * @throws DataRefusedException if the input has changed since it was checked
   */
  public LoadedItems write(
      AwsSettings settings,
      String userAgent,
      String table,
      double unitsPerSecond,
      ReadProgress progress) {
    requireChecked();
    int most = shares(spark.sparkContext().defaultParallelism(), unitsPerSecond);
    List<KeyAttribute> keyAttributes = keys;
    int indexes = target.indexes();
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
      state = openState(parts(input, most, unitsPerSecond));
      Map<Integer, LoadState.Part> done =
          state.isPresent() ? state.get().finished(files) : Map.of();
      long itemsBefore = done.values().stream().mapToLong(LoadState.Part::items).sum();
      LoadParts parts =
          new LoadParts(state.map(LoadState::parts).orElse(most), done.keySet(), most);
      progress.phase("Writing", input.items() - itemsBefore);
      LiveReads.Counter counter = reads.counter();
      Optional<Memory> memory = state.map(this::memory);
      Memory remembers = memory.orElse(null);
      JavaPairRDD<Integer, byte[]> lines =
          JavaPairRDD.fromJavaRDD(set.items(() -> new Lines(keyAttributes, parts)));
      spark.sparkContext().setJobDescription("Writing items to table " + target.table().name());
      double share = unitsPerSecond / parts.numPartitions();
      WriteBatches.Totals all =
          sum(
              (memory.isPresent()
                      // part by part, so that each is finished before the next one begins
                      ? lines.repartitionAndSortWithinPartitions(parts)
                      : lines.partitionBy(parts))
                  .mapPartitions(
                      own -> {
                        try (AwsClients clients = new AwsClients(settings, userAgent)) {
                          WriteBatches batches =
                              new WriteBatches(clients, Pauses.REAL, table, indexes, share);
                          WriteBatches.Totals totals =
                              put(own, keyAttributes, batches, counter, remembers);
                          return List.of(JavaBytes.of(totals)).iterator();
                        }
                      })
                  .collect());
      progress.read(all.items(), 0);
      if (all.items() + itemsBefore != input.items()) {
        throw new AwsFailureException(
            "Cannot load: %,d items were checked but %,d were acknowledged by table %s; run again"
                .formatted(input.items(), all.items() + itemsBefore, target.table().name()));
      }
      return new LoadedItems(all, itemsBefore, state.map(LoadState::beganAnew).orElse(false));
    } catch (Exception e) {
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private Optional<LoadState> openState(int parts) throws IOException {
    if (options.state().isEmpty()) {
      return Optional.empty();
    }
    LakeFiles files = new LakeFiles(spark.sessionState().newHadoopConf());
    String source =
        files.qualify(options.path()) + options.snapshot().map(id -> "#" + id).orElse("");
    return Optional.of(
        LoadState.open(files, options.state().get(), source, target.table(), fingerprint, parts));
  }

  /** How many parts a load has that remembers them: each some seconds long. */
  static int parts(LoadInput input, int tasks, double unitsPerSecond) {
    double byTime = input.writeUnits() * tasks / (unitsPerSecond * PART_SECONDS);
    long wanted = Math.max(tasks * (long) LEAST_PARTS_OF_TASK, (long) Math.ceil(byTime));
    long most = Math.min(MOST_PARTS, input.items() / LEAST_ITEMS_OF_PART);
    return (int) Math.max(1, Math.min(wanted, most));
  }

  private Memory memory(LoadState open) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    WriteSessions.fileSystemsFor(open.folder()).forEach(configuration::set);
    return new Memory(open, new HadoopConfiguration(configuration));
  }

  /** Where a task remembers the parts that it has finished. */
  private record Memory(LoadState state, HadoopConfiguration hadoop) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Forgets which parts were put, because nothing is left to be done. */
  public void finish() {
    try {
      if (state.isPresent()) {
        state.get().forget(new LakeFiles(spark.sessionState().newHadoopConf()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Reads the keys of the table and finds the items that are not among those that were checked, so
   * that {@link #deleteSurplus} can delete them. Items that others put later are not among them.
   *
   * @param keyScan of the table
   * @throws AwsFailureException if the service refuses
   * @throws DataRefusedException if the input has changed since it was checked
   */
  public LoadCensus census(KeyScan keyScan, ReadProgress progress) {
    requireChecked();
    progress.phase("Comparing keys", input.items() + keyScan.reading().table().items());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    DoubleAccumulator readUnits = spark.sparkContext().doubleAccumulator();
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      List<KeyAttribute> keyAttributes = keys;
      JavaRDD<InternalRow> source =
          set.items(
              () -> {
                Function<ItemTape, InternalRow> hashes =
                    SurplusItems.sourceKeys(keyAttributes).get();
                return tape -> {
                  counter.item();
                  return hashes.apply(tape);
                };
              });
      JavaRDD<byte[]> table = keyScan.lines(context, counter, readUnits);
      spark.sparkContext().setJobDescription("Comparing keys with table " + target.table().name());
      close();
      surplus = SurplusItems.find(spark, keys, source, table);
      LoadCensus census = surplus.census(readUnits.value());
      if (census.sourceItems() != input.items()) {
        throw LoadFindings.changed();
      }
      return census;
    } catch (Exception e) {
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  /**
   * Deletes the items that {@link #census} has found.
   *
   * @param unitsPerSecond most write units a second, of all tasks together
   * @throws AwsFailureException if the service refuses, or did not acknowledge every item, or what
   *     to delete was lost with an executor
   */
  public WriteBatches.Totals deleteSurplus(
      AwsSettings settings,
      String userAgent,
      String table,
      double unitsPerSecond,
      ReadProgress progress) {
    if (surplus == null) {
      throw new IllegalStateException("Nobody has looked what to delete");
    }
    long items = surplus.census(0).surplus();
    if (items == 0) {
      return WriteBatches.Totals.NONE;
    }
    int most = shares(spark.sparkContext().defaultParallelism(), unitsPerSecond);
    int shares = (int) Math.min(most, items);
    List<KeyAttribute> keyAttributes = keys;
    int indexes = target.indexes();
    progress.phase("Deleting", items);
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      spark.sparkContext().setJobDescription("Deleting items of table " + target.table().name());
      WriteBatches.Totals all =
          sum(
              surplus
                  .lines()
                  .repartition(shares)
                  .mapPartitions(
                      share -> {
                        try (AwsClients clients = new AwsClients(settings, userAgent)) {
                          WriteBatches batches =
                              new WriteBatches(
                                  clients, Pauses.REAL, table, indexes, unitsPerSecond / shares);
                          WriteBatches.Totals totals =
                              delete(share, keyAttributes, batches, counter);
                          return List.of(JavaBytes.of(totals)).iterator();
                        }
                      })
                  .collect());
      progress.read(all.items(), 0);
      if (all.items() != items) {
        throw new AwsFailureException(
            "Cannot delete: %,d items were to be deleted but %,d were acknowledged by table %s"
                .formatted(items, all.items(), target.table().name()));
      }
      return all;
    } catch (Exception e) {
      if (lostCheckpoint(e)) {
        throw new AwsFailureException(
            "Cannot delete: an executor was lost, and with it the keys of items to be deleted", e);
      }
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private static boolean lostCheckpoint(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().contains("Checkpoint block")) {
        return true;
      }
    }
    return false;
  }

  private static WriteBatches.Totals delete(
      Iterator<byte[]> lines,
      List<KeyAttribute> keys,
      WriteBatches batches,
      LiveReads.Counter counter) {
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    TapeValues values = new TapeValues();
    ItemCheck check = new ItemCheck(keys, batches.items());
    while (lines.hasNext()) {
      byte[] line = lines.next();
      scan(scanner, line, tape);
      values.writeItem(tape, check);
      batches.delete(check.key(), line.length);
      counter.item();
    }
    return batches.finish();
  }

  private static void scan(ItemScanner scanner, byte[] line, ItemTape tape) {
    try {
      scanner.scan(line, 0, line.length, tape);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("A line that was written as an item is none now", e);
    }
  }

  private static WriteBatches.Totals sum(List<byte[]> written) {
    WriteBatches.Totals all = WriteBatches.Totals.NONE;
    for (byte[] one : written) {
      all = all.plus(JavaBytes.to(WriteBatches.Totals.class, one));
    }
    return all;
  }

  /** Forgets what was found in the table. */
  @Override
  public void close() {
    if (surplus != null) {
      surplus.close();
      surplus = null;
    }
  }

  /** How many tasks write: no more than run at a time, so that their shares make up the rate. */
  static int shares(int parallelism, double unitsPerSecond) {
    return (int) Math.max(1, Math.min(parallelism, Math.floor(unitsPerSecond / SMALLEST_SHARE)));
  }

  /** Makes of each item its part and a line, in an array of its own. */
  private static final class Lines implements Function<ItemTape, Tuple2<Integer, byte[]>> {
    private final LoadParts parts;
    private final byte[][] keyNames;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();

    Lines(List<KeyAttribute> keys, LoadParts parts) {
      this.parts = parts;
      this.keyNames =
          keys.stream()
              .map(key -> key.attribute().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }

    @Override
    public Tuple2<Integer, byte[]> apply(ItemTape tape) {
      if (canonical.digestAttributes(tape, keyNames) >= 0) {
        throw LoadFindings.changed();
      }
      int part = parts.part(canonical.high());
      if (parts.isDone(part)) {
        return null;
      }
      writer.reset();
      values.writeItem(tape, writer);
      // without the line feed
      return new Tuple2<>(part, Arrays.copyOf(writer.bytes(), writer.length() - 1));
    }
  }

  /**
   * Puts the items of one task.
   *
   * @param memory null if nothing is to be remembered; else the items come part by part
   */
  private static WriteBatches.Totals put(
      Iterator<Tuple2<Integer, byte[]>> lines,
      List<KeyAttribute> keys,
      WriteBatches batches,
      LiveReads.Counter counter,
      Memory memory)
      throws IOException {
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    TapeValues values = new TapeValues();
    ItemCheck check = new ItemCheck(keys, batches.items());
    LakeFiles files = memory == null ? null : new LakeFiles(memory.hadoop().configuration());
    WriteBatches.Totals before = WriteBatches.Totals.NONE;
    int part = -1;
    while (lines.hasNext()) {
      Tuple2<Integer, byte[]> next = lines.next();
      if (memory != null && next._1() != part) {
        before = remember(memory, files, part, before, batches);
        part = next._1();
      }
      byte[] line = next._2();
      scan(scanner, line, tape);
      values.writeItem(tape, check);
      if (check.defect() != null) {
        throw LoadFindings.changed();
      }
      batches.put(check.key(), check.size(), line.length);
      counter.item();
    }
    return memory == null ? batches.finish() : remember(memory, files, part, before, batches);
  }

  /** Ends a part: all of it is acknowledged, and then known to be. */
  private static WriteBatches.Totals remember(
      Memory memory, LakeFiles files, int part, WriteBatches.Totals before, WriteBatches batches)
      throws IOException {
    WriteBatches.Totals now = batches.finish();
    if (part >= 0) {
      memory
          .state()
          .remember(
              files,
              new LoadState.Part(
                  part, now.items() - before.items(), now.writeUnits() - before.writeUnits()));
    }
    return now;
  }
}

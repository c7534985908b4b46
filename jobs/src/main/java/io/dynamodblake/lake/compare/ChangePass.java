package io.dynamodblake.lake.compare;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonChangeWriter;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.ChangeFile;
import io.dynamodblake.spark.run.ChangeFiles;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.type.ChangeOrigin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;

/**
 * The pass that writes what leads from A to B: brings the items of the keys that differ together,
 * and nothing of the others but the few that {@link KeyFilter} lets pass, and writes a change for
 * each key. Driver only.
 */
final class ChangePass {
  private static final long FILE_BYTES = 64L << 20;
  private static final int SIDE = 2;
  private static final int OF_A = 0;
  private static final int OF_B = 1;
  private static final int ITEM = 3;
  private static final int KEY = 5;
  private static final int IMAGE = 6;
  private static final KeySort ITEMS =
      new KeySort(
          KeySort.KEY
              .add("side", DataTypes.IntegerType, false)
              .add("i1", DataTypes.LongType, false)
              .add("i2", DataTypes.LongType, false)
              .add("key", DataTypes.BinaryType, false)
              .add("image", DataTypes.BinaryType, false),
          SIDE + 1);

  private ChangePass() {}

  /** What tasks have written. */
  record Result(List<ChangeFile> files, long inserts, long updates, long deletes)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    Result plus(Result other) {
      List<ChangeFile> all = new ArrayList<>(files);
      all.addAll(other.files);
      return new Result(
          all, inserts + other.inserts, updates + other.updates, deletes + other.deletes);
    }

    long records() {
      return inserts + updates + deletes;
    }
  }

  static final Result NOTHING = new Result(List.of(), 0, 0, 0);

  /**
   * Reads both sides once more and writes.
   *
   * @param filter lets the keys pass that differ
   * @throws DataRefusedException if a side has two items of a key that differs
   */
  static Result write(
      SparkSession session,
      Sides sides,
      KeyFilter filter,
      ChangeExport export,
      ReadProgress progress)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    String data = export.dataFolder();
    String notes = export.notes();
    Broadcast<long[]> keysThatDiffer = context.broadcast(filter.toLongs());
    try (LiveReads reads = LiveReads.counting(session.sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      JavaRDD<InternalRow> rows =
          sides.items(keys -> () -> new Images(keys, keysThatDiffer.value(), counter));
      session.sparkContext().setJobDescription("Writing changes");
      List<byte[]> results =
          ITEMS
              .sort(session, rows)
              .mapPartitions(
                  sorted ->
                      List.of(JavaBytes.of(written(sorted, settings.configuration(), data, notes)))
                          .iterator())
              .collect();
      return results.stream()
          .map(bytes -> JavaBytes.to(Result.class, bytes))
          .reduce(NOTHING, Result::plus);
    } finally {
      session.sparkContext().setJobDescription(null);
      keysThatDiffer.destroy();
    }
  }

  private static Result written(
      Iterator<InternalRow> rows, Configuration configuration, String data, String notes)
      throws IOException {
    try (ChangeFiles files = new ChangeFiles(configuration, data, notes, FILE_BYTES)) {
      Changes changes = new Changes(files);
      KeyRuns keys = new KeyRuns();
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (keys.begins(row)) {
          changes.endKey();
        }
        changes.take(row);
      }
      changes.endKey();
      return new Result(
          List.copyOf(files.finish()), changes.inserts, changes.updates, changes.deletes);
    }
  }

  /** The changes of one task; of a key there are the items of A first, and then those of B. */
  private static final class Changes {
    private final ChangeFiles files;
    private final JsonChangeWriter writer = new JsonChangeWriter();
    private final InternalRow[] of = new InternalRow[2]; // of the present key; null for none
    private long inserts;
    private long updates;
    private long deletes;

    Changes(ChangeFiles files) {
      this.files = files;
    }

    void take(InternalRow row) {
      int side = row.getInt(SIDE);
      if (of[side] != null) {
        throw new DataRefusedException(
            "Cannot write changes: %s has two items of one key; compare by the keys of the table, and find out with compare alone how it came to that"
                .formatted(side == OF_A ? "A" : "B"));
      }
      of[side] = row.copy();
    }

    void endKey() throws IOException {
      InternalRow a = of[OF_A];
      InternalRow b = of[OF_B];
      of[OF_A] = null;
      of[OF_B] = null;
      if (a == null && b == null) {
        return;
      }
      if (a == null) {
        inserts++;
      } else if (b == null) {
        deletes++;
      } else if (a.getLong(ITEM) == b.getLong(ITEM) && a.getLong(ITEM + 1) == b.getLong(ITEM + 1)) {
        return; // equal, and passed the filter by chance
      } else {
        updates++;
      }
      writer.reset();
      writer.beginChange(ChangeOrigin.UNKNOWN);
      writer.keys((b == null ? a : b).getBinary(KEY));
      if (b != null) {
        writer.newImage(b.getBinary(IMAGE));
      }
      if (a != null) {
        writer.oldImage(a.getBinary(IMAGE));
      }
      writer.endChange();
      files.write(writer.bytes(), writer.length(), 1);
    }
  }

  /** Items of keys that may differ, as their lines have them; the row is valid until the next. */
  private static final class Images implements Function<ItemTape, InternalRow> {
    private final KeyFilter filter;
    private final LiveReads.Counter counter;
    private final SideKeys.Reader keys;
    private final ItemKeys attributes;
    private final byte[][] names; // as strings of JSON
    private final int[] nodes;
    private final CanonicalItem canonical = new CanonicalItem();
    private final ByteArrayOutputStream key = new ByteArrayOutputStream();
    private final GenericInternalRow row = new GenericInternalRow(ITEMS.type().length());

    Images(SideKeys side, long[] filter, LiveReads.Counter counter) {
      this.filter = new KeyFilter(filter);
      this.counter = counter;
      this.keys = side.reader();
      this.attributes = side.keys();
      this.nodes = new int[attributes.size()];
      this.names = new byte[nodes.length][];
      Arrays.setAll(names, attributes::quotedName);
      row.update(SIDE, side.isA() ? OF_A : OF_B);
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      counter.item();
      keys.digest(canonical, tape);
      if (!filter.passes(canonical.high())) {
        return null;
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      canonical.digestItem(tape);
      row.update(ITEM, canonical.high());
      row.update(ITEM + 1, canonical.low());
      row.update(KEY, key(tape));
      int start = tape.rawStart(tape.item());
      row.update(IMAGE, Arrays.copyOfRange(tape.line(), start, tape.rawEnd(tape.item())));
      return row;
    }

    /** The map of the key attributes, in DynamoDB JSON. */
    private byte[] key(ItemTape tape) {
      attributes.find(tape, nodes);
      key.reset();
      key.write('{');
      for (int i = 0; i < nodes.length; i++) {
        if (i > 0) {
          key.write(',');
        }
        key.write(names[i], 0, names[i].length);
        key.write(':');
        int start = tape.rawStart(nodes[i]);
        key.write(tape.line(), start, tape.rawEnd(nodes[i]) - start);
      }
      key.write('}');
      return key.toByteArray();
    }
  }
}

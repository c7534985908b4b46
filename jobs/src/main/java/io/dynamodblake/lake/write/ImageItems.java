package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.flatten.TableDecoders;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * The items that changes bring into a table: looked at for its columns, and written. Driver only.
 *
 * @param lines each an item as an export has it, which was checked when it was read
 * @param count how many they are
 */
record ImageItems(SparkSession session, JavaRDD<byte[]> lines, long count) {

  /** Returns the columns that hold what the table has and what comes. */
  SchemaChoice schema(TableSchema existing, PlanOptions options) {
    Profile profile = count == 0 ? new Profile(ProfileLimits.DEFAULT) : profile();
    return SchemaChoice.evolved(profile, existing, options);
  }

  private Profile profile() {
    byte[] none = new Profile(ProfileLimits.DEFAULT).toBytes();
    return Profile.fromBytes(
        lines
            .mapPartitions(part -> List.of(observe(part)).iterator())
            .treeAggregate(none, ImageItems::merged, ImageItems::merged));
  }

  private static byte[] observe(Iterator<byte[]> lines) throws IOException {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    try (Tapes tapes = new Tapes(lines)) {
      while (tapes.advance()) {
        observer.observe(tapes.tape(), tapes.length);
      }
    }
    return observer.profile().toBytes();
  }

  private static byte[] merged(byte[] left, byte[] right) {
    Profile profile = Profile.fromBytes(left);
    profile.merge(Profile.fromBytes(right));
    return profile.toBytes();
  }

  /**
   * Writes the items into the files of a snapshot.
   *
   * @param tables that the items are taken apart into, and which of them they are of
   * @param sizing how many files there are to be
   */
  void write(
      SnapshotTarget snapshot,
      TableSchema schema,
      EntityChoice tables,
      int number,
      HashKey hashKey,
      Arrangement arrangement,
      FileSizing sizing)
      throws IOException {
    JavaRDD<byte[]> shares =
        lines.getNumPartitions() == 0
            ? JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(List.<byte[]>of(), 1)
            : lines.coalesce(sizing.shufflePartitions());
    if (snapshot.takesItems(arrangement)) {
      ItemFiles.write(
          snapshot.session(),
          new ItemFiles.Source(
              tables.only(number), hashKey, (settings, share, rescued) -> new Tapes(share)),
          shares,
          List.of(snapshot.destination(sizing)));
      return;
    }
    StructType columns = SparkTypes.toStruct(schema);
    EntityRules rules = tables.only(number).orElse(null);
    JavaRDD<InternalRow> rows =
        shares.mapPartitions(share -> new Rows(share, schema, rules, columns, hashKey));
    snapshot.write(SparkLine.dataset(session, rows, columns), arrangement, sizing);
  }

  /** The items of a task. */
  private static final class Tapes implements ItemFiles.Tapes {
    private final Iterator<byte[]> lines;
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private int length;

    Tapes(Iterator<byte[]> lines) {
      this.lines = lines;
    }

    @Override
    public boolean advance() {
      if (!lines.hasNext()) {
        return false;
      }
      byte[] line = lines.next();
      length = line.length;
      try {
        scanner.scan(line, 0, line.length, tape);
      } catch (MalformedRecordException e) {
        throw new IllegalStateException("An item that was checked is none", e);
      }
      return true;
    }

    @Override
    public ItemTape tape() {
      return tape;
    }

    @Override
    public long lineBytes() {
      return length;
    }

    @Override
    public void close() {}
  }

  /** The items of a task as rows. A row is valid until the next one. */
  private static final class Rows extends LookAhead<InternalRow> {
    private final Tapes tapes;
    private final TableDecoders decoder;
    private final UnsafeRowSink sink;

    Rows(
        Iterator<byte[]> lines,
        TableSchema schema,
        EntityRules rules,
        StructType columns,
        HashKey hashKey) {
      this.tapes = new Tapes(lines);
      this.decoder = new TableDecoders(Optional.ofNullable(rules), List.of(schema), hashKey);
      this.sink = UnsafeRowSink.forSchema(columns);
    }

    @Override
    protected boolean advance() {
      return tapes.advance();
    }

    @Override
    protected InternalRow take() {
      sink.begin();
      decoder.table(tapes.tape());
      decoder.decode(tapes.tape(), sink);
      return sink.row();
    }
  }
}

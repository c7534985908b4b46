package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.lake.items.ItemSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Items that {@link LoadCheck} has found sound, all of them, and the table that they may be put
 * into; they are read again by whoever puts them. Driver only.
 */
public final class CheckedItems extends Checked {
  private final ItemSet set;

  CheckedItems(
      SparkSession spark,
      LoadOptions options,
      LoadTarget target,
      ItemKeys keys,
      ItemSet set,
      LoadInput input,
      String fingerprint) {
    super(spark, options, target, keys, input, fingerprint);
    this.set = set;
  }

  /**
   * Whether they are all of the table that they come from.
   *
   * @throws UncheckedIOException if a file system fails
   */
  public Wholeness wholeness() {
    try {
      return set.wholeness(input().items());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  ItemSet set() {
    return set;
  }

  @Override
  JavaPairRDD<Integer, byte[]> lines(LoadParts parts) throws IOException {
    ItemKeys keys = keys();
    return JavaPairRDD.fromJavaRDD(set.items(() -> new Lines(keys, parts)));
  }

  @Override
  LineWriting writing(String table, int tasks) {
    return (keys, batches, clients) -> new Puts(new BatchLines(keys, batches), batches);
  }

  private record Puts(BatchLines puts, WriteBatches batches) implements LineWriting.Lines {
    @Override
    public void write(byte[] line) {
      puts.put(line);
    }

    @Override
    public Written finish() {
      return new Written(batches.finish(), LeftAlone.NONE);
    }
  }

  /** Makes of each item its part and a line, in an array of its own. */
  private static final class Lines implements Function<ItemTape, Tuple2<Integer, byte[]>> {
    private final ItemKeys keys;
    private final LoadParts parts;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();

    Lines(ItemKeys keys, LoadParts parts) {
      this.keys = keys;
      this.parts = parts;
    }

    @Override
    public Tuple2<Integer, byte[]> apply(ItemTape tape) {
      if (!keys.digest(canonical, tape)) {
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
}

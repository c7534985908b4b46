package io.dynamodblake.lake.load;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ReadBatches;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.items.ItemKeys;
import java.io.IOException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Changes that {@link ChangeCheck} has found sound, one of each key, and the table that they may be
 * written into. They are kept on the executors' disks until this is closed. Driver only.
 */
public final class CheckedChanges extends Checked implements AutoCloseable {
  private final ChangeLoad how;
  private final JavaRDD<byte[]> packets;

  CheckedChanges(
      SparkSession spark,
      LoadOptions options,
      LoadTarget target,
      ItemKeys keys,
      LoadInput input,
      String fingerprint,
      ChangeLoad how,
      JavaRDD<byte[]> packets) {
    super(spark, options, target, keys, input, fingerprint);
    this.how = how;
    this.packets = packets;
  }

  @Override
  String source(LakeFiles files) throws IOException {
    return super.source(files) + (how.reversed() ? "#reverse" : "#changes");
  }

  @Override
  JavaPairRDD<Integer, byte[]> lines(LoadParts parts) {
    return packets
        .filter(
            packet ->
                !ChangePacket.isAccount(packet)
                    && !parts.isDone(parts.part(ChangePacket.high(packet))))
        .mapToPair(packet -> new Tuple2<>(parts.part(ChangePacket.high(packet)), packet));
  }

  @Override
  LineWriting writing(String table, int tasks) {
    double share = how.readUnitsPerSecond() / tasks;
    return how.checked()
        ? (keys, batches, clients) ->
            new UnchangedSince(
                new BatchLines(keys, batches),
                keys,
                batches,
                new ReadBatches(clients, Pauses.REAL, table, share))
        : (keys, batches, clients) -> new Unconditional(new BatchLines(keys, batches), batches);
  }

  @Override
  public void close() {
    packets.unpersist();
  }
}

package io.dynamodblake.lake.restore;

import io.dynamodblake.lake.input.BatchRows;
import io.dynamodblake.lake.input.RowFailures;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFile;
import io.dynamodblake.spark.write.PackedFileWriter;
import io.dynamodblake.spark.write.PackedLines;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Rows to import files through one shuffle: the tasks that read pack items and hashes of keys;
 * {@link #check} reads what was counted and the hashes, {@link #write} then what was packed. Each
 * row is encoded once, and all of them are checked before anything is written. Driver only.
 */
final class PackJob {
  private final SparkSession session;
  private final PackPlan plan;
  private final RDD<Tuple2<Integer, byte[]>> shuffled;

  /**
   * @param input whose rows are read, in this session
   */
  PackJob(SparkSession session, RowInput input, PackPlan plan) {
    this.session = session;
    this.plan = plan;
    JavaRDD<Tuple2<Integer, byte[]>> packed = null;
    for (RowInput part : input.parts()) {
      int before = packed == null ? 0 : packed.getNumPartitions();
      JavaRDD<Tuple2<Integer, byte[]>> own = packed(session, part, plan.of(part), before);
      packed = packed == null ? own : packed.union(own);
    }
    ClassTag<Integer> partitions = ClassTag$.MODULE$.apply(Integer.class);
    ClassTag<byte[]> bytes = ClassTag$.MODULE$.apply(byte[].class);
    // a number is its own hash; Kryo lets Spark sort records by partition as they lie in memory
    ShuffledRDD<Integer, byte[], byte[]> shuffle =
        new ShuffledRDD<>(
            packed.rdd(), new HashPartitioner(plan.partitions()), partitions, bytes, bytes);
    shuffle.setSerializer(new KryoSerializer(session.sparkContext().conf()));
    this.shuffled = shuffle;
  }

  /**
   * Packs the rows of a table.
   *
   * @param before tasks that pack those of others
   */
  private static JavaRDD<Tuple2<Integer, byte[]>> packed(
      SparkSession session, RowInput part, PackPlan plan, int before) {
    JavaRDD<InternalRow> internal = BatchRows.of(part.rows(session, true));
    RowFailures failures = RowFailures.of(part);
    return internal.mapPartitionsWithIndex(
        (partition, iterator) -> {
          ItemPacker packer = new ItemPacker(plan, before + partition, failures.guard(iterator));
          TaskContext.get()
              .addTaskCompletionListener((TaskCompletionListener) context -> packer.close());
          return packer;
        },
        false);
  }

  /**
   * Reads and checks all rows.
   *
   * @param mostRepeated how many keys that come more than once to name at most
   */
  ItemFindings check(int mostRepeated) {
    List<byte[]> found =
        PackedBuckets.evenly(shuffled, 0, plan.keyPartitions(), plan.keyPartitions())
            .toJavaRDD()
            .mapPartitions(
                packets -> List.of(JavaBytes.of(KeyPackets.read(packets, mostRepeated))).iterator())
            .collect();
    ItemFindings findings = new ItemFindings();
    found.forEach(bytes -> findings.add(JavaBytes.to(ItemFindings.class, bytes)));
    return findings;
  }

  /**
   * What one task has written.
   *
   * @param files none where there were no lines
   */
  record Written(List<ImportFile> files, long sumHigh, long sumLow) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Writes what was packed, each task one file of as many buckets as any other.
   *
   * @param files how many, if there are so many buckets; fewer are written if some would be empty
   */
  List<Written> write(String folder, int files) throws IOException {
    ImportCompression compression = plan.compression();
    String extension = plan.format().extension() + compression.extension();
    JavaRDD<byte[]> packed =
        PackedBuckets.evenly(
                shuffled, plan.bucketPartition(0), plan.buckets(), Math.min(files, plan.buckets()))
            .toJavaRDD();
    return FileJob.run(
        session,
        packed,
        folder,
        Written.class,
        (input, target) -> writeFile(input, target, extension, compression));
  }

  private static Written writeFile(
      Iterator<byte[]> packed,
      FileJob.TaskFiles target,
      String extension,
      ImportCompression compression)
      throws IOException {
    if (!packed.hasNext()) {
      return new Written(List.of(), 0, 0);
    }
    long sumHigh = 0;
    long sumLow = 0;
    Path path = target.newFile(extension);
    try (PackedFileWriter file =
        PackedFileWriter.create(path, compression, target.configuration())) {
      while (packed.hasNext()) {
        byte[] lines = packed.next();
        file.write(lines);
        sumHigh += PackedLines.sumHigh(lines);
        sumLow += PackedLines.sumLow(lines);
      }
      return new Written(new ArrayList<>(List.of(file.finish())), sumHigh, sumLow);
    }
  }

  /**
   * Writes the rows that were set aside into one file.
   *
   * @return how many
   */
  long writeSetAside(String folder) throws IOException {
    int partition = plan.setAsidePartition();
    JavaRDD<byte[]> lines = new PackedBuckets(shuffled, partition, partition + 1).toJavaRDD();
    List<Long> written =
        FileJob.run(session, lines, folder, Long.class, PackJob::writeSetAsideFile);
    return written.stream().mapToLong(Long::longValue).sum();
  }

  private static long writeSetAsideFile(Iterator<byte[]> lines, FileJob.TaskFiles target)
      throws IOException {
    Path path = target.newFile(".json");
    long count = 0;
    try (OutputStream out =
        path.getFileSystem(target.configuration()).create(path, false, 1 << 16)) {
      while (lines.hasNext()) {
        out.write(lines.next());
        count++;
      }
    }
    return count;
  }
}

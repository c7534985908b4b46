package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.spark.run.JavaBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The data files of an export, shared among tasks. They travel as bytes: Kryo, if that is the
 * session's serializer, does not know records.
 */
public final class FileShares {
  private FileShares() {}

  /** Returns the shares, one partition each; at least one, which may be empty. */
  public static JavaRDD<byte[]> of(
      SparkSession spark, Configuration configuration, ExportManifest manifest, long taskBytes)
      throws IOException {
    return of(spark, configuration, manifest, taskBytes, spark.sparkContext().defaultParallelism());
  }

  /** Returns at most so many shares, however large they are; one has the files in their order. */
  static JavaRDD<byte[]> atMost(
      SparkSession spark, Configuration configuration, ExportManifest manifest, int most)
      throws IOException {
    return of(spark, configuration, manifest, Long.MAX_VALUE, most);
  }

  private static JavaRDD<byte[]> of(
      SparkSession spark,
      Configuration configuration,
      ExportManifest manifest,
      long taskBytes,
      int parallelism)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    List<byte[]> shares = new ArrayList<>();
    for (List<DataFile> files :
        FilePacker.pack(manifest.files(), file -> store.length(file.path()), taskBytes, parallelism)
            .tasks()) {
      shares.add(JavaBytes.of(new ArrayList<>(files)));
    }
    return context.parallelize(shares, Math.max(1, shares.size()));
  }

  /** Returns the files of a share. */
  public static List<DataFile> files(Iterator<byte[]> share) {
    List<DataFile> files = new ArrayList<>();
    while (share.hasNext()) {
      for (Object file : JavaBytes.to(ArrayList.class, share.next())) {
        files.add((DataFile) file);
      }
    }
    return files;
  }
}

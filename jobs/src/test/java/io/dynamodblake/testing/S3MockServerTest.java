package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.spark.run.LakeCommitProtocol;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class S3MockServerTest {

  private final S3MockServer server = S3MockServer.shared();

  @Test
  void sparkWritesAndReadsParquet() {
    SparkSession session = server.session();
    String path = server.path("smoke/parquet");

    session.range(0, 1000, 1, 4).selectExpr("id", "id % 7 AS day").write().parquet(path);

    assertThat(session.read().parquet(path).groupBy("day").count().orderBy("day").collectAsList())
        .extracting(Row::toString)
        .startsWith("[0,143]", "[1,143]")
        .hasSize(7);
  }

  @Test
  void theMagicCommitterPutsPartitionedFilesIntoPlaceWithoutRenaming() throws Exception {
    SparkSession session = server.session();
    String path = server.path("smoke/magic");
    session.conf().set("spark.sql.sources.commitProtocolClass", LakeCommitProtocol.class.getName());

    session.range(100).selectExpr("id", "id % 2 AS half").write().partitionBy("half").parquet(path);

    List<String> files = files(path);
    assertThat(files).anyMatch(file -> file.contains("/half=0/part-"));
    assertThat(files).noneMatch(file -> file.contains("_temporary") || file.contains("magic_"));
    assertThat(success(path)).contains("\"committer\":\"magic\"");
    assertThat(session.read().parquet(path).count()).isEqualTo(100);
  }

  @Test
  void hadoopNamesTheMagicCommitterForS3a() throws Exception {
    Path path = new Path(server.path("smoke/committer"));

    assertThat(
            PathOutputCommitterFactory.createCommitter(
                    path, new TaskAttemptContextImpl(server.hadoopConf(), new TaskAttemptID()))
                .getClass()
                .getSimpleName())
        .isEqualTo("MagicS3GuardCommitter");
  }

  private List<String> files(String path) throws Exception {
    FileSystem fileSystem = FileSystem.get(URI.create(path), server.hadoopConf());
    RemoteIterator<LocatedFileStatus> iterator = fileSystem.listFiles(new Path(path), true);
    List<String> files = new ArrayList<>();
    while (iterator.hasNext()) {
      files.add(iterator.next().getPath().toString());
    }
    return files;
  }

  private String success(String path) throws Exception {
    FileSystem fileSystem = FileSystem.get(URI.create(path), server.hadoopConf());
    try (InputStream input = fileSystem.open(new Path(path, "_SUCCESS"))) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

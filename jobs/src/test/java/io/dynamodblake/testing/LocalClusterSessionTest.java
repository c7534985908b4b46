package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterSessionTest {

  @Test
  void tasksRunInTwoProcessesThatAreNotTheDriver(@TempDir Path folder) throws Exception {
    LocalClusterSession.Result result =
        LocalClusterSession.run(Processes.class, folder.resolve("numbers").toString());

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).contains("executors: 2").contains("rows: 1000");
  }

  @Test
  void aFailedDriverIsSeen() throws Exception {
    LocalClusterSession.Result result = LocalClusterSession.run(Refusal.class);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.errors()).contains("refused");
  }

  /** Writes a table and reads it again, and counts the processes that did the work. */
  static final class Processes {
    public static void main(String[] arguments) throws IOException {
      try (SparkSession session = SparkSession.builder().getOrCreate()) {
        session.range(0, 1000, 1, 8).write().parquet(arguments[0]);
        Dataset<Long> processes =
            session
                .read()
                .parquet(arguments[0])
                .repartition(16)
                .mapPartitions(
                    (MapPartitionsFunction<Row, Long>)
                        rows -> {
                          Thread.sleep(200);
                          return List.of(ProcessHandle.current().pid()).iterator();
                        },
                    Encoders.LONG());
        Set<Long> executors = new TreeSet<>(processes.collectAsList());
        executors.remove(ProcessHandle.current().pid());
        System.out.println("executors: " + executors.size());
        System.out.println("rows: " + session.read().parquet(arguments[0]).count());
      }
    }
  }

  /** A driver that ends with an exit code of its own. */
  static final class Refusal {
    public static void main(String[] arguments) {
      System.err.println("refused");
      System.exit(3);
    }
  }
}

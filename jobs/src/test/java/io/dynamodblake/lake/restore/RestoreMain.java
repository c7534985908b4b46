package io.dynamodblake.lake.restore;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Restores in a process of its own, which dies when the first import file is being written. */
public final class RestoreMain {
  private RestoreMain() {}

  /** So many files that they cannot be written at once. */
  public static RestoreOptions options(String lake, String target) {
    return RestoreOptions.builder(lake, target, "Orders")
        .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
        .inBucket(Optional.of("acme-import"))
        .withTargetFileBytes(1 << 10)
        .build();
  }

  /** Arguments: lake, target. */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Thread watch = new Thread(() -> haltWithTheFirstFileIn(Path.of(arguments[1], "data")));
    watch.setDaemon(true);
    watch.start();
    new Restore(spark, options(arguments[0], arguments[1])).run(ReadProgress.NONE);
    System.out.println("not halted");
  }

  private static void haltWithTheFirstFileIn(Path folder) {
    while (true) {
      if (Files.exists(folder) && hasFile(folder)) {
        System.out.println("halted with a file");
        System.out.flush();
        Runtime.getRuntime().halt(137); // no hook and no finally runs, as with kill -9
      }
      pause();
    }
  }

  /** Files come by the hundred, so that none of the first is missed. */
  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean hasFile(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("part-"));
    } catch (IOException | UncheckedIOException e) {
      return false; // folders come and go
    }
  }
}

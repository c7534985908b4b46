package io.dynamodblake.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.apache.spark.package$;

/** What the numbers were measured on. */
final class Machine {
  private Machine() {}

  static String description() throws IOException, SQLException {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%s; %s, %d cores seen, %d threads used, heap %d MiB, load %.1f before the start; Java %s; Spark %s; DuckDB %s",
        LocalDate.now(ZoneOffset.UTC),
        processor(),
        runtime.availableProcessors(),
        Workshop.THREADS,
        runtime.maxMemory() >> 20,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.vm.version"),
        package$.MODULE$.SPARK_VERSION(),
        DuckFlatten.version());
  }

  private static String processor() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpus)) {
      for (String line : Files.readAllLines(cpus)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }
}

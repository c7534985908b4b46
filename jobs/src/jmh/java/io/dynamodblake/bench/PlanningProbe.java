package io.dynamodblake.bench;

import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;

/** What a driver does before the first task, in a process of its own; prints one line. */
final class PlanningProbe {
  /** Data files whose length may be asked for. */
  static final int MOST_SAMPLES = 5;

  private static final long FILE_BYTES = 100_000_000;
  private static final long TASK_BYTES = 256L << 20;
  private static final int PARALLELISM = 1000;

  private PlanningProbe() {}

  /**
   * What it took.
   *
   * @param lists listings that the store was asked for
   * @param heads lengths that the store was asked for
   */
  record Plan(double seconds, double peakMebibytes, long files, int tasks, int lists, int heads) {
    String format() {
      return String.join(
          " ",
          Double.toString(seconds),
          Double.toString(peakMebibytes),
          Long.toString(files),
          Integer.toString(tasks),
          Integer.toString(lists),
          Integer.toString(heads));
    }

    static Plan parse(String text) {
      String[] words = text.split(" ");
      return new Plan(
          Double.parseDouble(words[0]),
          Double.parseDouble(words[1]),
          Long.parseLong(words[2]),
          Integer.parseInt(words[3]),
          Integer.parseInt(words[4]),
          Integer.parseInt(words[5]));
    }
  }

  public static void main(String[] words) throws IOException {
    long start = System.nanoTime();
    AtomicInteger lists = new AtomicInteger();
    AtomicInteger heads = new AtomicInteger();
    ObjectStore store = new CountingStore(new HadoopObjectStore(new Configuration()), lists, heads);
    ExportManifest manifest =
        new ExportLocator(store, ReadOptions.defaults()).locate(words[0], ExportSelection.newest());
    FilePacker.Packing packing =
        FilePacker.pack(
            manifest.files(),
            file -> {
              heads.incrementAndGet();
              return FILE_BYTES; // there are no data files
            },
            TASK_BYTES,
            PARALLELISM);
    double seconds = (System.nanoTime() - start) / 1e9;
    long files = packing.tasks().stream().mapToLong(List::size).sum();
    System.out.println(
        new Plan(seconds, peakMebibytes(), files, packing.tasks().size(), lists.get(), heads.get())
            .format());
  }

  private static double peakMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return Double.NaN;
  }

  /** Passes everything on and counts what costs a request. */
  private record CountingStore(ObjectStore store, AtomicInteger lists, AtomicInteger heads)
      implements ObjectStore {
    @Override
    public String qualify(String path) throws IOException {
      return store.qualify(path);
    }

    @Override
    public InputStream open(String path) throws IOException {
      return store.open(path);
    }

    @Override
    public long length(String path) throws IOException {
      heads.incrementAndGet();
      return store.length(path);
    }

    @Override
    public boolean exists(String path) throws IOException {
      heads.incrementAndGet();
      return store.exists(path);
    }

    @Override
    public boolean isDirectory(String path) throws IOException {
      heads.incrementAndGet();
      return store.isDirectory(path);
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
      lists.incrementAndGet();
      return store.list(directory);
    }
  }
}

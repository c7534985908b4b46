package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.Verify;
import io.dynamodblake.flatten.EntityClassifier;
import io.dynamodblake.flatten.TableObservers;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A look at the first items of data files all over a full export, for a guess at what is in it.
 * Nothing is verified and nothing refused: what cannot be read is left to whoever reads all. The
 * same export gives the same sample. A Spark job, so that it ends when a run is told to.
 *
 * @param keys attributes that each item has to have
 * @param rules that tell which table an item belongs to; empty for one table
 */
public record ItemSample(
    SparkSession spark,
    Configuration configuration,
    ReadOptions options,
    ProfileLimits limits,
    List<KeyAttribute> keys,
    Optional<EntityRules> rules) {
  private static final int MOST_FILES = 64;

  // a small export is looked at whole; of a large one a part that costs little beside writing it
  private static final long LEAST_BYTES = 4 << 20;
  private static final long MOST_BYTES = 256 << 20;
  // of bytes as they are stored, of which lines have five to fifteen times as many
  private static final int SHARE = 8;

  /**
   * Looks.
   *
   * @param storedBytes of all data files, about
   * @return what was found, of each table
   */
  public List<Profile> of(ExportManifest export, long storedBytes) {
    List<Profile> all = new ArrayList<>();
    for (int i = 0; i < rules.map(every -> every.tables().size()).orElse(1); i++) {
      all.add(new Profile(limits));
    }
    List<DataFile> files = spread(export.files());
    if (files.isEmpty()) {
      return all;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<byte[]> tasks = dealt(files, context.defaultParallelism());
    Broadcast<SerializableConfiguration> settings =
        context.broadcast(new SerializableConfiguration(configuration));
    Look look =
        new Look(
            settings,
            export.recordFormat(),
            options.withVerify(Verify.NONE),
            limits,
            List.copyOf(keys),
            rules.orElse(null),
            Math.max(
                1,
                Math.min(MOST_BYTES, Math.max(LEAST_BYTES, storedBytes / SHARE)) / files.size()));
    try {
      for (byte[] found :
          RunJobs.during(
              spark, () -> context.parallelize(tasks, tasks.size()).map(look).collect())) {
        TableObservers.merge(all, JavaBytes.to(Found.class, found).profiles());
      }
    } catch (RuntimeException e) {
      throw SparkFailures.unwrapped(e);
    } finally {
      settings.destroy();
    }
    return all;
  }

  private static List<DataFile> spread(List<DataFile> all) {
    List<DataFile> files = all.stream().filter(file -> file.itemCount() != 0).toList();
    int count = Math.min(MOST_FILES, files.size());
    List<DataFile> spread = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spread.add(files.get((int) ((long) i * files.size() / count)));
    }
    return spread;
  }

  /** The files of each task, as bytes, which any serializer of a session takes. */
  private static List<byte[]> dealt(List<DataFile> files, int most) {
    int count = Math.min(Math.max(1, most), files.size());
    List<byte[]> tasks = new ArrayList<>();
    for (int task = 0; task < count; task++) {
      ArrayList<DataFile> own = new ArrayList<>();
      for (int i = task; i < files.size(); i += count) {
        own.add(files.get(i));
      }
      tasks.add(JavaBytes.of(own));
    }
    return tasks;
  }

  /** What one task sends home. */
  private record Found(byte[][] profiles) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** What happens on executors. */
  private record Look(
      Broadcast<SerializableConfiguration> settings,
      RecordFormat format,
      ReadOptions options,
      ProfileLimits limits,
      List<KeyAttribute> keys,
      EntityRules rules, // null for one table
      long bytesOfFile)
      implements Function<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] call(byte[] files) {
      ObjectStore store = new HadoopObjectStore(settings.value().value());
      TableObservers observers =
          TableObservers.ofTypes(limits, rules == null ? 1 : rules.tables().size());
      EntityClassifier classifier = rules == null ? null : new EntityClassifier(rules);
      for (Object file : JavaBytes.to(ArrayList.class, files)) {
        observe(store, (DataFile) file, observers, classifier);
      }
      return JavaBytes.of(new Found(observers.profiles()));
    }

    private void observe(
        ObjectStore store, DataFile file, TableObservers observers, EntityClassifier classifier) {
      try (ItemCursor cursor =
          new ItemCursor(store, List.of(file), format, options, null, new Deaf()).requiring(keys)) {
        for (long read = 0;
            read < bytesOfFile && cursor.advance();
            read += cursor.line().length()) {
          ItemTape tape = cursor.tape();
          int table = classifier == null ? 0 : classifier.classify(tape);
          observers.observe(table, tape, cursor.line().length());
        }
      } catch (IOException | RuntimeException e) {
        // whoever reads the whole file says it better; what was seen before is a guess all the same
      }
    }
  }

  /** Passes over lines that are no items. */
  private static final class Deaf implements RecordCursor.Listener {
    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      return false;
    }

    @Override
    public void fileEnded(DataFileReader file, long records, long badRecords, long falseNulls) {}

    @Override
    public void moved(RecordCursor cursor) {}
  }
}

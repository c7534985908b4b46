package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.flatten.EntityClassifier;
import io.dynamodblake.flatten.TableObservers;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.ParallelReads;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.entity.EntityRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A look at the first items of data files all over a full export, for a guess at what is in it.
 * Nothing is verified and nothing refused: what cannot be read is left to whoever reads all. The
 * same export gives the same sample. Driver only, without Spark.
 *
 * @param keys attributes that each item has to have
 * @param rules that tell which table an item belongs to; empty for one table
 */
public record ItemSample(
    ObjectStore store,
    ReadOptions options,
    ProfileLimits limits,
    List<KeyAttribute> keys,
    Optional<EntityRules> rules) {
  private static final int MOST_FILES = 64;
  private static final int FILES_AT_ONCE = 8;

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
   * @throws IOException if the thread was interrupted
   */
  public List<Profile> of(ExportManifest export, long storedBytes) throws IOException {
    List<DataFile> files = spread(export.files());
    long bytes = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, storedBytes / SHARE));
    long bytesOfFile = Math.max(1, bytes / Math.max(1, files.size()));
    List<Profile> all = new ArrayList<>();
    for (int i = 0; i < tables(); i++) {
      all.add(new Profile(limits));
    }
    for (byte[][] found :
        ParallelReads.all(
            "samples", FILES_AT_ONCE, files, file -> observe(export, file, bytesOfFile))) {
      TableObservers.merge(all, found);
    }
    return all;
  }

  private int tables() {
    return rules.map(all -> all.tables().size()).orElse(1);
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

  private byte[][] observe(ExportManifest export, DataFile file, long bytes) {
    TableObservers observers = TableObservers.ofTypes(limits, tables());
    EntityClassifier classifier = rules.map(EntityClassifier::new).orElse(null);
    try (ItemCursor cursor =
        new ItemCursor(
                store,
                List.of(file),
                export.recordFormat(),
                options.withVerify(Verify.NONE),
                null,
                new Deaf())
            .requiring(keys)) {
      for (long read = 0; read < bytes && cursor.advance(); read += cursor.line().length()) {
        ItemTape tape = cursor.tape();
        int table = classifier == null ? 0 : classifier.classify(tape);
        observers.observe(table, tape, cursor.line().length());
      }
    } catch (IOException | RuntimeException e) {
      // whoever reads the whole file says it better; what was seen before is a guess all the same
    }
    return observers.profiles();
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

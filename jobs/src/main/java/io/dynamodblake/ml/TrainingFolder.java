package io.dynamodblake.ml;

import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The folder of a training set. What is being made lies below {@value #BUILDING}, where no reader
 * looks; the manifest comes last, and without it nothing is finished. Driver only.
 */
record TrainingFolder(LakeFiles files, String root) {
  static final String BUILDING = "_building";
  static final String MANIFEST = "manifest.json";
  static final String DATA = "data";
  static final String VOCABULARIES = "vocab";
  static final String CARD = "README.md";
  static final String PAGE = "card.html";
  static final String SCHEMA = "schema.json";
  static final String STATISTICS = "stats.json";

  static final Envelope ENVELOPE = new Envelope("training-manifest", 1);

  private static final Set<String> OURS =
      Set.of(
          BUILDING,
          MANIFEST,
          DATA,
          VOCABULARIES,
          CARD,
          PAGE,
          SCHEMA,
          STATISTICS,
          "train",
          "validation",
          "test");

  /**
   * Makes sure that the folder may be written to, before anything is read.
   *
   * @throws UsageException if it holds anything but an unfinished training set, or a finished one
   *     that may not be replaced
   */
  void check(boolean replace) throws IOException {
    List<String> names = names();
    if (names.isEmpty()) {
      return;
    }
    boolean finished =
        files
            .read(root + "/" + MANIFEST)
            .flatMap(JsonDocuments::parseObject)
            .filter(ENVELOPE::isOf)
            .isPresent();
    boolean known = OURS.containsAll(names);
    if (finished && known && replace) {
      return;
    }
    if (finished) {
      throw new UsageException(
          "Cannot write the training set: there is a finished one at %s; choose another folder, or take its place with %s"
              .formatted(root, TrainingOptions.WORDS.of(TrainingKeys.REPLACE)));
    }
    if (!known || !names.contains(BUILDING)) {
      throw new UsageException(
          "Cannot write the training set: the folder holds something else, at %s; choose a new one"
              .formatted(root));
    }
  }

  /**
   * Makes sure that it is no part of the lake table, whose readers would find it there.
   *
   * @throws UsageException if it is
   */
  void checkOutside(String lake) {
    if (root.equals(lake) || root.startsWith(lake + "/")) {
      throw new UsageException(
          "Cannot write the training set: %s is in the folder of the lake table; choose one elsewhere"
              .formatted(root));
    }
  }

  /** Takes away what is there, the manifest first, so that what is left does not look finished. */
  void clear() throws IOException {
    files.replace(root + "/" + BUILDING + "/_begun", "");
    files.deleteFile(root + "/" + MANIFEST);
    for (String name : names()) {
      if (!name.equals(BUILDING)) {
        files.deleteFolder(root + "/" + name);
      }
    }
  }

  /** Takes away all that a run has made that failed. */
  void discard() throws IOException {
    clear();
    files.deleteFolder(building());
  }

  String building() {
    return root + "/" + BUILDING;
  }

  void write(String name, String text) throws IOException {
    files.replace(root + "/" + name, text);
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>(files.childNames(root));
    names.removeIf(name -> name.startsWith("."));
    return names;
  }
}

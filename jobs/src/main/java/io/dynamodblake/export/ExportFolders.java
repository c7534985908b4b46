package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import java.io.IOException;
import java.util.List;

/** Whether what lies at a path are exports, or something that others wrote. */
public final class ExportFolders {
  private static final int MOST_ASKED = 16; // an archive may have a folder for each day

  private ExportFolders() {}

  /**
   * Whether a path is that of an export, finished or not, or of a prefix with such. Of one where
   * nothing lies it is taken for granted.
   *
   * @param path as a user wrote it
   * @throws IOException if the store fails
   */
  public static boolean isOfExports(ObjectStore store, String path) throws IOException {
    String whole;
    try {
      whole = store.qualify(path);
    } catch (IllegalArgumentException e) {
      return true; // who looks for exports says it better
    }
    String name = Paths.name(whole);
    if (name.equals(ExportKeys.ROOT_FOLDER)
        || name.equals(ManifestReader.SUMMARY)
        || name.equals(ManifestReader.FILES)
        || isExport(store, whole)) {
      return true;
    }
    List<ObjectStore.Entry> children = store.list(whole);
    if (children.isEmpty() && !store.exists(whole) || ExportLocator.isBegun(whole, children)) {
      return true;
    }
    List<ObjectStore.Entry> folders =
        children.stream().filter(ObjectStore.Entry::directory).toList();
    if (folders.stream().anyMatch(ExportFolders::isNamedLikeExports)) {
      return true;
    }
    for (ObjectStore.Entry folder : folders.subList(0, Math.min(MOST_ASKED, folders.size()))) {
      if (isExport(store, folder.path())) {
        return true; // under another name than its id
      }
    }
    return false;
  }

  private static boolean isNamedLikeExports(ObjectStore.Entry folder) {
    return folder.name().equals(ExportKeys.ROOT_FOLDER)
        || ExportLocator.EXPORT_ID.matcher(folder.name()).matches();
  }

  private static boolean isExport(ObjectStore store, String folder) throws IOException {
    return store.exists(Paths.child(folder, ManifestReader.SUMMARY));
  }
}

package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a store copy files that nobody changes any more, without their bytes coming by here where the
 * store can do that: S3 copies objects itself, and on a local disk two names are given to one file.
 * Elsewhere the bytes are read and written again.
 *
 * <p>S3A has no call of its own for it. It is asked for its client and for the request that it
 * would make itself, with its encryption and all; both are found by reflection, because the SDK
 * that S3A brings is not the one that this program carries. An S3A before 3.4 has neither.
 */
public final class StoredCopy {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCopy.class);

  // S3 copies no larger object in one request
  private static final long MOST_S3_BYTES = 5L << 30;

  private final Configuration configuration;

  public StoredCopy(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Copies a file. One that is already there is replaced.
   *
   * @param target whole path, on the same store
   * @throws IOException if the store fails
   */
  public void copy(FileStatus source, String target) throws IOException {
    Path from = source.getPath();
    Path to = new Path(target);
    FileSystem files = from.getFileSystem(configuration);
    if ("file".equals(files.getUri().getScheme())) {
      link(from, to);
    } else if (source.getLen() > MOST_S3_BYTES || !copyOnS3(files, from, to)) {
      FileUtil.copy(files, source, to.getFileSystem(configuration), to, false, true, configuration);
    }
  }

  private static void link(Path from, Path to) throws IOException {
    java.nio.file.Path source = java.nio.file.Path.of(from.toUri().getPath());
    java.nio.file.Path target = java.nio.file.Path.of(to.toUri().getPath());
    Files.createDirectories(target.getParent());
    Files.deleteIfExists(target);
    try {
      Files.createLink(target, source);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(source, target); // a file system without links, or with a limit of them
    }
  }

  private static boolean copyOnS3(FileSystem files, Path from, Path to) throws IOException {
    try {
      Object internals = call(files, "getS3AInternals");
      Object head = call(internals, "getObjectMetadata", from);
      Object factory = call(files, "getRequestFactory");
      Object builder = call(factory, "newCopyObjectRequestBuilder", key(from), key(to), head);
      Object client = call(internals, "getAmazonS3Client", "a file that did not change");
      call(client, "copyObject", call(builder, "build"));
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IOException(
          "Cannot copy %s to %s: %s".formatted(from, to, e.getCause().getMessage()), e.getCause());
    } catch (ReflectiveOperationException e) {
      LOG.debug("The store is not asked to copy; bytes are copied here", e);
      return false;
    }
  }

  /** Public methods of classes that are not public, as those of S3A and of its SDK are. */
  private static Object call(Object object, String method, Object... arguments)
      throws ReflectiveOperationException {
    return MethodUtils.invokeMethod(object, true, method, arguments);
  }

  private static String key(Path path) {
    return path.toUri().getPath().substring(1);
  }
}

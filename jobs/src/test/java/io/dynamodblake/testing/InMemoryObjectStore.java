package io.dynamodblake.testing;

import io.dynamodblake.io.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * An object store in memory that remembers what was asked of it. Paths such as {@code
 * s3a://bucket/key}.
 */
public final class InMemoryObjectStore implements ObjectStore {
  private final TreeMap<String, byte[]> objects = new TreeMap<>();
  private final Map<String, Integer> requests = new ConcurrentHashMap<>();
  private final List<String> opened = java.util.Collections.synchronizedList(new ArrayList<>());
  private int bytesPerRead = Integer.MAX_VALUE;

  public InMemoryObjectStore with(String path, byte[] bytes) {
    objects.put(path, bytes);
    return this;
  }

  public InMemoryObjectStore with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts every file of a local folder under a path. */
  public InMemoryObjectStore withFolder(Path folder, String path) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String key = folder.relativize(file).toString().replace('\\', '/');
        with(path + "/" + key, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Streams that hand out so many bytes at once at most, and say that none are available. */
  public InMemoryObjectStore reading(int newBytesPerRead) {
    bytesPerRead = newBytesPerRead;
    return this;
  }

  /** How often an operation was called: open, length, exists, isDirectory, list. */
  public int requests(String operation) {
    return requests.getOrDefault(operation, 0);
  }

  /** The paths that were opened, in order. */
  public List<String> opened() {
    return List.copyOf(opened);
  }

  @Override
  public String qualify(String path) {
    String whole = path.contains(":") ? path : "s3a://bucket/" + path;
    return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
  }

  @Override
  public InputStream open(String path) throws IOException {
    requests.merge("open", 1, Integer::sum);
    byte[] bytes = objects.get(path);
    if (bytes == null) {
      throw new FileNotFoundException(path);
    }
    opened.add(path);
    return new Slow(bytes, bytesPerRead);
  }

  @Override
  public long length(String path) throws IOException {
    requests.merge("length", 1, Integer::sum);
    byte[] bytes = objects.get(path);
    if (bytes == null) {
      throw new FileNotFoundException(path);
    }
    return bytes.length;
  }

  @Override
  public boolean exists(String path) {
    requests.merge("exists", 1, Integer::sum);
    return objects.containsKey(path) || hasChildren(path);
  }

  @Override
  public boolean isDirectory(String path) {
    requests.merge("isDirectory", 1, Integer::sum);
    return hasChildren(path);
  }

  @Override
  public List<Entry> list(String directory) {
    requests.merge("list", 1, Integer::sum);
    String start = directory + "/";
    Map<String, Entry> children = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> object : objects.tailMap(start).entrySet()) {
      if (!object.getKey().startsWith(start)) {
        break;
      }
      String rest = object.getKey().substring(start.length());
      int slash = rest.indexOf('/');
      String name = slash < 0 ? rest : rest.substring(0, slash);
      children.putIfAbsent(
          name, new Entry(start + name, slash >= 0, slash >= 0 ? 0 : object.getValue().length));
    }
    return new ArrayList<>(new TreeMap<>(children).values());
  }

  private boolean hasChildren(String path) {
    String next = objects.higherKey(path + "/");
    return next != null && next.startsWith(path + "/");
  }

  /** As a network stream does, it gives less than asked for. */
  private static final class Slow extends InputStream {
    private final ByteArrayInputStream in;
    private final int most;

    Slow(byte[] bytes, int most) {
      this.in = new ByteArrayInputStream(bytes);
      this.most = most;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return in.read(bytes, offset, Math.min(length, most));
    }

    @Override
    public int available() {
      return 0;
    }
  }
}

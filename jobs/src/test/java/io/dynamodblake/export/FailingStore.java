package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A store whose connection breaks. */
record FailingStore(InMemoryObjectStore store, int afterBytes) implements ObjectStore {
  @Override
  public String qualify(String path) {
    return path;
  }

  @Override
  public InputStream open(String path) throws IOException {
    return new FilterInputStream(store.open(path)) {
      private int left = afterBytes;

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left <= 0) {
          throw new IOException("Connection reset");
        }
        int read = super.read(bytes, offset, Math.min(left, length));
        left -= read;
        return read;
      }
    };
  }

  @Override
  public long length(String path) throws IOException {
    return store.length(path);
  }

  @Override
  public boolean exists(String path) {
    return true;
  }

  @Override
  public boolean isDirectory(String path) {
    return false;
  }

  @Override
  public List<Entry> list(String directory) {
    return List.of();
  }
}

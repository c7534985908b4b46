package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.WritableUtils;

/**
 * A snapshot of a Hadoop configuration that travels to executors. It may hold credentials, so it
 * has no {@code toString} that shows entries.
 */
public final class HadoopConfiguration implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int NO_SOURCES = -1;

  // Configuration is a Writable but not Serializable; written by hand below
  private transient Configuration configuration;

  public HadoopConfiguration(Configuration configuration) {
    this.configuration =
        new Configuration(Objects.requireNonNull(configuration, "configuration is null"));
  }

  /** Returns the configuration itself; not to be changed. */
  public Configuration configuration() {
    return configuration;
  }

  /** Makes a store that reads with these settings. */
  public HadoopObjectStore connect() {
    return new HadoopObjectStore(configuration);
  }

  /**
   * In the form that {@link Configuration#readFields} reads, without where each entry comes from:
   * Hadoop compresses that for each of them by itself, which costs more than a small task.
   */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    Map<String, String> entries = new TreeMap<>();
    configuration.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    WritableUtils.writeVInt(out, entries.size());
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      Text.writeString(out, entry.getKey());
      Text.writeString(out, entry.getValue());
      out.writeInt(NO_SOURCES);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    configuration = new Configuration(false);
    configuration.readFields(in);
  }
}

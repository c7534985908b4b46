package io.dynamodblake.io.hadoop;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/**
 * A snapshot of a Hadoop configuration that travels to executors. It may hold credentials, so it
 * has no {@code toString} that shows entries.
 */
public final class HadoopConfiguration implements Serializable {
  private static final long serialVersionUID = 1L;

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

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    configuration.write(out);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    configuration = new Configuration(false);
    configuration.readFields(in);
  }
}

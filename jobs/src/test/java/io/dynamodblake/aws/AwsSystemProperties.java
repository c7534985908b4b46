package io.dynamodblake.aws;

import java.util.HashMap;
import java.util.Map;

/** What the default chains of the SDK find, for as long as a test runs. */
final class AwsSystemProperties implements AutoCloseable {
  private final Map<String, String> before = new HashMap<>();

  /** Nothing is found: no keys, no files, no instance. */
  AwsSystemProperties() {
    set("aws.disableEc2Metadata", "true");
    set("aws.sharedCredentialsFile", "target/no-credentials");
    set("aws.configFile", "target/no-config");
    set("aws.region", null);
    set("aws.accessKeyId", null);
    set("aws.secretAccessKey", null);
  }

  AwsSystemProperties withKeys(String accessKey) {
    set("aws.accessKeyId", accessKey);
    set("aws.secretAccessKey", "not-a-secret");
    return this;
  }

  AwsSystemProperties set(String key, String value) {
    String old = value == null ? System.clearProperty(key) : System.setProperty(key, value);
    before.putIfAbsent(key, old == null ? "" : old);
    return this;
  }

  @Override
  public void close() {
    before.forEach(
        (key, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
  }
}

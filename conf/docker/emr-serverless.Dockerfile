# The job jar inside of an EMR Serverless image, so that an application needs no jar on S3. docs/compatibility.md says what was tried.
#
#   docker build -f conf/docker/emr-serverless.Dockerfile --build-arg EMR_IMAGE=IMAGE --build-arg JAR=dynamodb-lake-0.2.0.jar -t dynamodb-lake-emr .
#
# EMR_IMAGE is Amazon's base image of the release, of its public gallery: repository emr-serverless/spark/emr-7.13.0, tag latest.
# The entry point of a job is then local:///usr/lib/dynamodb-lake/dynamodb-lake.jar.
ARG EMR_IMAGE
FROM ${EMR_IMAGE}
ARG JAR
USER root
COPY ${JAR} /usr/lib/dynamodb-lake/dynamodb-lake.jar
RUN chmod 644 /usr/lib/dynamodb-lake/dynamodb-lake.jar
# EMR Serverless runs as this user, and refuses images of another one.
USER hadoop:hadoop

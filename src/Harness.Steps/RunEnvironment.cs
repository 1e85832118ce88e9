using Harness.Record;

namespace Harness.Steps;

// What SignatureTests is judged on first: a stub with four slips, and what it should have said.
namespace Harness.PackageStubs.Tests.Right
{
    public enum Numbers
    {
        One = 1,
        Two = 2,
    }

    public class Stub
    {
        public void Same(int a, string b = "x") => throw new NotSupportedException($"{a}{b}");

        public void OtherDefault(int a = 1) => throw new NotSupportedException($"{a}");

        public void OtherType(int a) => throw new NotSupportedException($"{a}");
    }
}

namespace Harness.PackageStubs.Tests.Wrong
{
    public enum Numbers
    {
        One = 1,
        Two = 3,
    }

    public class Stub
    {
        public void Same(int a, string b = "x") => throw new NotSupportedException($"{a}{b}");

        public void OtherDefault(int a = 2) => throw new NotSupportedException($"{a}");

        public void OtherType(long a) => throw new NotSupportedException($"{a}");

        public void Added() => throw new NotSupportedException();
    }
}

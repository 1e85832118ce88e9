namespace Harness.Hardware.Tests;

[TestFixture]
public sealed class NodeAccessTests
{
    [TestCase("/dev/null")]
    [TestCase("/dev/no-such-node")]
    public void No_group_is_needed_for_what_all_may_open_or_what_is_not_there(string node) => Assert.That(NodeAccess.GroupToJoin(node), Is.Null);

    [Test]
    public void No_group_helps_with_a_file_that_is_its_owner_s_alone()
    {
        var file = Path.GetTempFileName(); // of this user, mode 600
        try
        {
            Assert.That(NodeAccess.GroupToJoin(file), Is.Null);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

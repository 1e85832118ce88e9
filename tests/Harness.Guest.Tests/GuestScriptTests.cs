namespace Harness.Guest.Tests;

/// <summary>Tests of the session's script that need no guest.</summary>
public sealed class GuestScriptTests
{
    [TestCase("rigs/guest/run")]
    [TestCase("rigs/guest/with-board")]
    [TestCase("tests/Harness.Guest.Tests/session.sh")]
    public async Task A_script_can_be_read_to_its_end(string script)
    {
        var (exit, _, errors) = await Guest.ProcessAsync("bash", ["-n", Path.Combine(Guest.Root, script)]);
        Assert.That((exit, errors), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task Without_a_command_it_says_what_to_type()
    {
        var (exit, _, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest/run"), []);
        Assert.That(exit, Is.EqualTo(125));
        Assert.That(errors, Does.Contain("which command?").And.Contain("next: "));
    }

    [Test]
    public async Task A_board_of_the_guest_is_refused_outside_of_it()
    {
        Needs.That(!File.Exists("/dev/lab-pins"), "a machine that is no guest", "run it on the host");
        var (exit, _, errors) = await Guest.ProcessAsync(Path.Combine(Guest.Root, "rigs/guest/with-board"), ["true"]);
        Assert.That(exit, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("next: rigs/guest/run rigs/guest/with-board true"));
    }
}

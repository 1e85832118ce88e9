using Harness.Sessions.Pseudonyms;
using Harness.Sessions.Tests.Accounts;

namespace Harness.Sessions.Tests.Pseudonyms;

/// <summary>A device's numbers outlast its process, and none is used twice.</summary>
public sealed class DeviceNumbersFileTests
{
    [Test]
    public void Numbers_go_on_after_the_file_is_opened_again()
    {
        using var file = new TemporaryFile(null);
        var numbers = DeviceNumbersFile.Open(file.Path);
        Assert.That((numbers.TakeAttempt(), numbers.TakeAttempt(), numbers.TakeEpoch()), Is.EqualTo((0UL, 1UL, 0U)));
        Assert.That(File.ReadAllText(file.Path), Is.EqualTo("2 1\n"), "the next ones, stored before these were used");
        var again = DeviceNumbersFile.Open(file.Path);
        Assert.That((again.TakeAttempt(), again.TakeEpoch()), Is.EqualTo((2UL, 1U)));
        Assert.That(() => again.Provision(1, 9), Throws.TypeOf<PartyRefusedException>());
#pragma warning disable CA1416
        Assert.That(File.GetUnixFileMode(file.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
#pragma warning restore CA1416
    }

    [Test]
    public void A_number_that_cannot_be_stored_is_not_used()
    {
        using var file = new TemporaryFile(null);
        var numbers = DeviceNumbersFile.Open(file.Path);
        Directory.CreateDirectory(file.Path + ".new");
        Assert.That(() => numbers.TakeAttempt(), Throws.InstanceOf<Exception>());
        Directory.Delete(file.Path + ".new");
        Assert.That(numbers.TakeAttempt(), Is.Zero);
    }

    [TestCase("")]
    [TestCase("1 2")]
    [TestCase("1\n")]
    [TestCase("-1 2\n")]
    [TestCase("1 4294967296\n")]
    [TestCase("1 2 3\n")]
    public void A_file_of_another_form_is_an_error_and_stays_as_it_is(string text)
    {
        using var file = new TemporaryFile(text);
        Assert.That(() => DeviceNumbersFile.Open(file.Path), Throws.TypeOf<AccountFileException>());
        Assert.That(File.ReadAllText(file.Path), Is.EqualTo(text));
    }
}

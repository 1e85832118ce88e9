using Harness.Mqtt;

namespace Harness.Bench.Tests.Rig;

/// <summary>The broker of a rig file: settings, and the file of its password.</summary>
public sealed class BrokerEntryTests
{
    private const string Before = "rig: r\nserver: s\nbroker:\n  kind: mosquitto\n";
    private const string After = "devices:\n  host: {kind: host}\n";

    [Test]
    public void Settings_are_read_and_the_password_is_not()
    {
        var rig = Parse("  rights: password\n  tls: true\n  user: tester\n  password_file: pw\n  topics: [lab/#, plant/+]\n");

        Assert.That((rig.Broker.Setup.Rights, rig.Broker.Setup.Tls, rig.Broker.User, rig.Broker.PasswordFile), Is.EqualTo((BrokerRights.Password, true, "tester", "/bench/pw")));
        Assert.That(rig.Broker.Setup.Topics, Is.EqualTo(new[] { "lab/#", "plant/+" }));
        Assert.That(rig.Broker.Setup.Login, Is.Null);
        Assert.That(rig.Broker.Settings, Is.EquivalentTo(new[] { "rights", "tls", "user", "password_file", "topics" }));
    }

    [TestCase("  rights: all\n", "rights of broker must be one of open, password, acl, dynamic-security")]
    [TestCase("  user: tester\n", "user and password_file of broker go together")]
    [TestCase("  rights: password\n", "rights: password needs both")]
    [TestCase("  topics: [\"a b\"]\n", "topic filters without blanks")]
    [TestCase("  tls: maybe\n", "tls of broker must be one of true, false")]
    public void A_setting_that_cannot_be_is_refused(string lines, string says) =>
        Assert.That(() => Parse(lines), Throws.TypeOf<RigFileException>().With.Message.Contains(says));

    [Test]
    public void The_first_line_of_a_file_of_mode_600_is_the_password()
    {
        using var folder = new Folder();
        var path = folder.Write("quite secret\r\nnot this\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.That(System.Text.Encoding.UTF8.GetString(SecretFile.ReadLine(path)), Is.EqualTo("quite secret"));
    }

    [TestCase("quite secret\n", UnixFileMode.UserRead | UnixFileMode.GroupRead, "chmod 600")]
    [TestCase("quite secret\n", UnixFileMode.UserRead | UnixFileMode.OtherWrite, "chmod 600")]
    [TestCase("", UnixFileMode.UserRead, "its first line is empty")]
    public void A_file_that_others_may_use_or_without_a_line_is_refused_and_not_shown(string text, UnixFileMode mode, string says)
    {
        using var folder = new Folder();
        var path = folder.Write(text, mode);
        Assert.That(() => SecretFile.ReadLine(path), Throws.TypeOf<FormatException>().With.Message.Contains(says).And.Message.Not.Contains("quite"));
    }

    private static RigFile Parse(string lines) => RigFile.Parse(Before + lines + After, "/bench/rig.yaml");

    private sealed class Folder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("secret-").FullName;

        public string Write(string text, UnixFileMode mode)
        {
            var path = Path.Combine(_path, "pw");
            File.WriteAllText(path, text);
#pragma warning disable CA1416 // modes of files: Linux
            File.SetUnixFileMode(path, mode);
#pragma warning restore CA1416
            return path;
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}

namespace Harness.Lab.Tests.History;

[NonParallelizable]
public sealed class HistoryAddressTests
{
    private readonly Dictionary<string, string?> _kept = new[] { "XDG_STATE_HOME", "HOME", "PGPASSWORD", "PGPASSFILE" }.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    [TearDown]
    public void Restore()
    {
        foreach (var (name, value) in _kept)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [TestCase("/state", "/home/x", "/state/harness/history.db")]
    [TestCase(null, "/home/x", "/home/x/.local/state/harness/history.db")]
    [TestCase("relative", "/home/x", "/home/x/.local/state/harness/history.db")]
    [TestCase(null, null, null)]
    public void The_default_is_a_file_in_the_state_folder(string? state, string? home, string? file)
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", state);
        Environment.SetEnvironmentVariable("HOME", home);
        Assert.That(HistoryAddress.Of("")?.Name, Is.EqualTo(file));
    }

    [Test]
    public void Off_keeps_no_history() => Assert.That(HistoryAddress.Of("off"), Is.Null);

    [Test]
    public void A_name_is_a_file_below_the_folder_it_is_typed_in() => Assert.That(HistoryAddress.Of("my history.db"), Has.Property("Name").EqualTo(Path.GetFullPath("my history.db")).And.Property("IsPostgres").False);

    [TestCase("postgresql://lab@db.example.org:5433/history?sslmode=verify-full", "postgresql://lab@db.example.org:5433/history", "Port=5433;", "SSL Mode=VerifyFull")]
    [TestCase("postgres://lab@db/history", "postgresql://lab@db/history", "Host=db;", "Username=lab")]
    [TestCase("postgresql://lab@/history?host=/run/old&host=/run/pg", "postgresql://lab@/run/pg/history", "Host=/run/pg;", "Database=history")]
    [TestCase("postgresql://lab@/history?host=/run/pg", "postgresql://lab@/run/pg/history", "Host=/run/pg;", "Database=history")]
    public void An_address_of_PostgreSQL_is_read(string value, string name, string host, string part)
    {
        var address = HistoryAddress.Of(value)!;
        Assert.That((address.Name, address.IsPostgres), Is.EqualTo((name, true)));
        Assert.That(address.ConnectionString + ";", Does.Contain(host).And.Contain(part));
    }

    [TestCase("postgresql://lab@db:99999/history")]
    [TestCase("postgresql://lab:se/cret@db/history")]
    [TestCase("postgresql://lab:secret@db/history")]
    [TestCase("postgresql://lab@db/history?password=secret")]
    [TestCase("postgresql://lab@db/history?passwd=secret")]
    public void A_password_in_the_address_is_refused_and_not_repeated(string value) =>
        Assert.That(() => HistoryAddress.Of(value), Throws.TypeOf<HistoryException>().With.Message.Not.Contains("cret").And.Property("IsLasting").True);

    [TestCase("postgresql://lab@db/history", null)]
    [TestCase("postgresql://lab:secret@db/history", "holds a password")]
    [TestCase("postgresql://lab:se/cret@db/history", "expected postgresql://")]
    [TestCase("postgresql://lab@db/history?PassWord=secret&sslmode=require", "holds a password")]
    [TestCase("postgresql://lab@db/history?sslmode=maybe", "saw sslmode=maybe")]
    public void An_address_is_checked_by_itself_whatever_stands_in_the_environment(string value, string? fault)
    {
        Environment.SetEnvironmentVariable("PGPASSWORD", "secret");
        Assert.That(HistoryAddress.FaultOf(value), fault is null ? Is.Null : Does.Contain(fault).And.Not.Contain("cret"));
    }

    [Test]
    public void A_password_in_another_variable_is_refused()
    {
        Environment.SetEnvironmentVariable("PGPASSWORD", "secret");
        Assert.That(() => HistoryAddress.Of("postgresql://lab@db/history"), Throws.TypeOf<HistoryException>().With.Message.Contains("saw one in PGPASSWORD").And.Message.Not.Contains("secret"));
    }

    [Test]
    public void A_file_of_passwords_that_others_may_read_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
#pragma warning disable CA1416 // modes of files: Linux
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
#pragma warning restore CA1416
            Environment.SetEnvironmentVariable("PGPASSFILE", file);
            Assert.That(() => HistoryAddress.Of("postgresql://lab@db/history"), Throws.TypeOf<HistoryException>().With.Message.Contains("chmod 600"));
        }
        finally
        {
            File.Delete(file);
        }
    }
}

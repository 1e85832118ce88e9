using Harness.Sessions;

namespace Harness.Brokers.StandAlone;

/// <summary>The files of one broker that runs: settings that nobody else may read, and its log. Where harness and leash were killed at once, the next broker of that kind takes the folder away.</summary>
internal sealed class BrokerFiles : IDisposable
{
    private readonly string _kind;
    private readonly string _logFolder;
    private readonly TemporaryFolder _folder;

    public BrokerFiles(string kind, string? logFolder)
    {
        _kind = kind;
        _folder = new TemporaryFolder($"harness-{kind}");
        _logFolder = logFolder ?? Folder;
    }

    /// <summary>The folder of settings and state, which goes with the broker.</summary>
    public string Folder => _folder.Path;

    /// <summary>The path of the log of a broker at a port; the folder of logs is made where it is missing.</summary>
    public string Log(int port)
    {
        Directory.CreateDirectory(_logFolder);
        return Path.Combine(_logFolder, FormattableString.Invariant($"{_kind}-{port}.log"));
    }

    /// <summary>The path of a file of settings or state.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file that its owner alone may read, and gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = At(name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    public void Dispose() => _folder.Dispose();
}

namespace Harness.Record.Tests;

/// <summary>The process that <see cref="KilledProcessTests"/> kills: it writes events and acknowledges each on stdout.</summary>
internal static class Child
{
    // A limit, so that it ends by itself if its parent is gone, which .NET does not report to a writer of a broken pipe.
    private const int Most = 100_000;

    /// <summary>The word that makes this assembly the writer; it runs its tests otherwise.</summary>
    public const string Mode = "write";

    private static async Task<int> Main(string[] args)
    {
        if (args is not [Mode, var folder])
        {
            return await MicrosoftTestingPlatformApplication.RunAsync(args);
        }

        using var writer = RecordWriter.Create(folder);
        writer.Write(Any.Started());
        var acknowledged = Console.OpenStandardOutput();
        for (var i = 1; i <= Most; i++)
        {
            writer.Write(Any.Sample(i));
            acknowledged.Write(System.Text.Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture) + "\n"));
        }

        return 1;
    }
}

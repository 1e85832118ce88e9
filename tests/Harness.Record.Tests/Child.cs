namespace Harness.Record.Tests;

/// <summary>The process that <see cref="KilledProcessTests"/> kills: it writes events and acknowledges each on stdout.</summary>
internal static class Child
{
    // A limit, so that it ends by itself if its parent is gone, which .NET does not report to a writer of a broken pipe.
    private const int Most = 100_000;

    private static int Main(string[] args)
    {
        using var writer = RecordWriter.Create(args[0]);
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

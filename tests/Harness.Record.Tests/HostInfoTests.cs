namespace Harness.Record.Tests;

public sealed class HostInfoTests
{
    [Test]
    public void The_host_says_what_it_is()
    {
        var host = HostInfo.Current();
        Assert.That(new[] { host.Os, host.Kernel, host.Architecture, host.Cpu, host.Runtime }, Has.All.Not.Empty);
        Assert.That(host.Cores, Is.EqualTo(Environment.ProcessorCount));
        Assert.That(host.Kernel, Is.EqualTo(File.ReadAllText("/proc/sys/kernel/osrelease").Trim()));
        Assert.That(host.Runtime, Does.StartWith(".NET "));
    }
}

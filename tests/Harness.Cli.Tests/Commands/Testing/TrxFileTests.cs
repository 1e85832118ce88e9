using Harness.Cli.Commands.Testing;

namespace Harness.Cli.Tests.Commands.Testing;

/// <summary>Results of test programs as their platform writes them.</summary>
public sealed class TrxFileTests
{
    [Test]
    public void A_test_has_its_class_before_its_name_wherever_the_writer_cut_it()
    {
        using var work = new WorkFolder();
        var file = work.Write("x.trx", """
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testId="1" testName="It_holds(5)" outcome="Passed" duration="00:00:02.5" />
                <UnitTestResult testId="2" testName="MQTT 3.1.1" outcome="Failed" duration="00:00:01"><Output><ErrorInfo><Message>1 is not 2</Message><StackTrace>at N.T</StackTrace></ErrorInfo></Output></UnitTestResult>
                <UnitTestResult testId="3" testName="N.T.It_is_whole" outcome="NotExecuted" />
              </Results>
              <TestDefinitions>
                <UnitTest id="1"><TestMethod className="N.T" /></UnitTest>
                <UnitTest id="2"><TestMethod className="N.T.MQTT 3.1" /></UnitTest>
                <UnitTest id="3"><TestMethod className="N.T" /></UnitTest>
              </TestDefinitions>
            </TestRun>
            """);

        var result = TrxFile.Read(file);

        Assert.That(result.Counts, Is.EqualTo(new TestCounts(1, 1, 1)));
        Assert.That(result.Times.Select(time => time.Name), Is.EqualTo(new[] { "N.T.It_holds(5)", "N.T.MQTT 3.1.1", "N.T.It_is_whole" }));
        Assert.That(result.Times[0].Took, Is.EqualTo(TimeSpan.FromSeconds(2.5)));
        Assert.That(result.Failures, Does.StartWith("    FAILED N.T.MQTT 3.1.1\n").And.Contain("1 is not 2").And.Contain("at N.T"));
    }
}

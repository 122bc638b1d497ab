/** What to do on an empty stack: the three steps from a file to a model. */
export function FirstSteps() {
  return (
    <section class="first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">From a file to a model in three steps</h2>
      <ol>
        <li>
          <h3>
            <a href="/datasets/new">Add a dataset</a>
          </h3>
          <p>Drop in a file of text, JSON Lines or CSV. Every line is checked.</p>
        </li>
        <li>
          <h3>
            <a href="/jobs/new">Start a job</a>
          </h3>
          <p>Pick a base model and watch the loss fall in the live log.</p>
        </li>
        <li>
          <h3>
            <a href="/models">Use the model</a>
          </h3>
          <p>Let it write in this page, or download it.</p>
        </li>
      </ol>
    </section>
  );
}
